/** Where deliveries go: tenant + URL origin. The name of its lane, and what a lane's row holds. Pure. */

export interface Destination {
  /** The lane: see `destinationOf`. */
  id: string
  tenantId: string
  origin: string
  /** Requests in flight allowed at present. */
  limit: number
  /** Failures since the last success. */
  failures: number
  /** While set and in the future, only probes go out. */
  openUntil: number | null
  version: number
}

/** The lane's name of a tenant's URL. `url` is the canonical form that was stored at submit. */
export function destinationOf(tenantId: string, url: string): string {
  return `${tenantId} ${new URL(url).origin}`
}
