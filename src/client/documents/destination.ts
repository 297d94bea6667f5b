/** The document of a destination as it stands on the wire. */
export interface DestinationDocument {
  /** With `tenant` only. */
  tenant_id?: string
  /** A URL origin. */
  destination: string
  /** Requests that may be in flight at present. */
  limit: number
  in_flight: number
  /** Deliveries that wait for a try, now or later; counted up to a bound. */
  waiting: number
  breaker: { state: 'closed' | 'open' | 'half_open'; since: string | null; probe_at: string | null }
  /** No try begins before this time; null while it is not paused. */
  paused_until: string | null
}
