/** What one connection, and all of them together, may hold of the process. Durations in milliseconds, sizes in bytes. */
import { LARGEST_RESULTS } from '../admission/admission.ts'
import type { UnreadLimits } from './response-backpressure.ts'

const SECOND = 1000
const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

/** The limits of a server. */
export interface ServerLimits {
  /** Connections at a time. Beyond, the longest idle one makes room for the next; where all are busy, the next is refused. */
  connections: number
  maxHeaderSize: number
  /** From the beginning of a connection, or the end of the answer before, to a whole header. */
  headersTimeout: number
  /** From the first byte of a request to its last; an answer may take longer. */
  requestTimeout: number
  /** How late the two above may take effect. */
  connectionsCheckingInterval: number
  keepAliveTimeout: number
  unread: UnreadLimits
}

/** Connections at a time, unless the process has fewer file handles: all streams and sockets there may be, and room for requests. */
export const MOST_CONNECTIONS = 12_000

/**
 * The limits of a process.
 *
 * @param maxResult the largest result, bytes
 */
export function serverLimits(maxResult: number, connections = MOST_CONNECTIONS): ServerLimits {
  return {
    connections,
    maxHeaderSize: 16 * KIBIBYTE,
    headersTimeout: 10 * SECOND,
    requestTimeout: 30 * SECOND,
    connectionsCheckingInterval: 5 * SECOND,
    // Longer than the minute at which common load balancers drop an idle connection, so that they close first.
    keepAliveTimeout: 65 * SECOND,
    // Admission control lets no more results than that into memory; the rest is for documents and lists.
    unread: {
      bytes: LARGEST_RESULTS * maxResult + 64 * MEBIBYTE,
      idleMs: 15 * SECOND,
      graceMs: 30 * SECOND,
      bytesPerSecond: 64 * KIBIBYTE,
    },
  }
}
