/** What the clients of `overload` are told, and what they tell: see `clients.ts`. */

/** A body of this in the request is replaced by the time of each sending. */
export const SENT_AT = '0000000000000.000'

export interface Group {
  connections: number
  /** A whole request. */
  request: string
  /** Between an answer and the next request of a connection, milliseconds. */
  pauseMs: number
}

export interface ClientsOrder {
  port: number
  ms: number
  groups: Group[]
}

/** Times in milliseconds. */
export interface GroupReport {
  /** 202 in useful time, and later. */
  accepted: number
  late: number
  /** Other answers by status. */
  refused: Record<string, number>
  /** Of them, those without `Retry-After`, or that are not 429 or 503. */
  rude: number
  /** Connections that failed. */
  broken: number
  /** From each request to its 202. */
  latencies: number[]
  refusalP99: number
  /** Of the accepted jobs, also the late ones. */
  ids: string[]
  /** The last refusal's head. */
  example: string | null
}
