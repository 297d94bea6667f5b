/** What one connection, and all of them, may hold of the process (docs/guarantees.md, V4). Durations in milliseconds, sizes in bytes. */
import { LARGEST_RESULTS } from '../admission/admission.ts'
import type { UnreadLimits } from './unread-answers.ts'

const SECOND = 1000
const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

export interface ServerLimits {
  /** Held at a time: the longest idle makes room for the next; where all are busy, it is refused. */
  connections: number
  maxHeaderSize: number
  /** From a connection's beginning, or the end of the answer before, while no whole header has come. */
  headersTimeout: number
  /** For the whole request to arrive; an answer may take longer. */
  requestTimeout: number
  /** How late the two above may be noticed. */
  connectionsCheckingInterval: number
  keepAliveTimeout: number
  unread: UnreadLimits
}

/** Unless fewer file handles are there. */
export const MOST_CONNECTIONS = 10_000

/** @param maxResult the largest result, bytes */
export function serverLimits(maxResult: number, connections = MOST_CONNECTIONS): ServerLimits {
  return {
    connections,
    maxHeaderSize: 16 * KIBIBYTE,
    headersTimeout: 10 * SECOND,
    requestTimeout: 30 * SECOND,
    connectionsCheckingInterval: 5 * SECOND,
    // Longer than the minute at which common load balancers drop an idle connection, so that they close first.
    keepAliveTimeout: 65 * SECOND,
    // Of results the intake holds no more than that; the rest is for documents and lists.
    unread: {
      bytes: LARGEST_RESULTS * maxResult + 64 * MEBIBYTE,
      idleMs: 15 * SECOND,
      graceMs: 30 * SECOND,
      bytesPerSecond: 64 * KIBIBYTE,
    },
  }
}
