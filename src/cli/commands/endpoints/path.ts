/** Where an endpoint is read and changed. */
export function endpointPath(id: string | undefined): string {
  return `/v1/endpoints/${encodeURIComponent(id ?? '')}`
}
