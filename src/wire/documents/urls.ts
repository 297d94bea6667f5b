/** Absolute URLs in documents and headers. */

/** What documents need to know of the installation. */
export interface DocumentSettings {
  /** The base of every absolute URL, without a slash at its end. It changes when the process that answers requests starts elsewhere. */
  publicUrl: () => string
  /** How long a settled job is kept, milliseconds. */
  retentionMs: number
}

/** Where the job is read. */
export function statusUrl(jobId: string, { publicUrl }: Pick<DocumentSettings, 'publicUrl'>): string {
  return `${publicUrl()}/v1/jobs/${jobId}`
}

/** Where the job is read, and where it is followed, with this token. */
export function tokenUrls(
  jobId: string,
  token: string,
  settings: Pick<DocumentSettings, 'publicUrl'>,
): { url: string; stream_url: string } {
  const url = statusUrl(jobId, settings)
  return { url: `${url}?token=${token}`, stream_url: `${url}/events?token=${token}` }
}

/** Where the job is read as a long-running operation. */
export function operationUrl(jobId: string, { publicUrl }: Pick<DocumentSettings, 'publicUrl'>): string {
  return `${publicUrl()}/v1/operations/${jobId}`
}

/** Where the code of a portal link is exchanged. It stands in the fragment, which browsers send to nobody. */
export function portalUrl(code: string, { publicUrl }: Pick<DocumentSettings, 'publicUrl'>): string {
  return `${publicUrl()}/dashboard/portal#${code}`
}
