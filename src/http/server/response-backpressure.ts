/**
 * Backpressure of responses: Node keeps what a client does not read in memory, for as long as the client likes. Here a client that
 * stops reading is cut off, and so is one that reads too slowly. When all that is unread grows too large, the oldest is cut off first.
 */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../../ports/runtime.ts'

/** How much may stay unread, and for how long. */
export interface UnreadLimits {
  /** All unread responses together, bytes; the newest is spared. */
  bytes: number
  /** A client that reads nothing for so long, milliseconds, is cut off before twice that time is over. */
  idleMs: number
  /** The whole response must be read in so many milliseconds, and longer by its size at so many bytes a second. */
  graceMs: number
  bytesPerSecond: number
}

/** Gives what is called once a response has been written: it cuts the connection of a client that does not read it. */
export function createResponseBackpressure(limits: UnreadLimits, clock: Pick<Clock, 'after'>): (response: ServerResponse) => void {
  /** Oldest first, with the bytes that were unread when the response was written. */
  const unread = new Map<ServerResponse, number>()
  let total = 0

  function forget(response: ServerResponse): void {
    total -= unread.get(response) ?? 0
    unread.delete(response)
  }

  function cut(response: ServerResponse): void {
    forget(response)
    response.req.socket.destroy()
  }

  return (response) => {
    const bytes = response.writableLength
    if (bytes === 0 || response.closed) return
    unread.set(response, bytes)
    total += bytes
    // Node's own timer sees a write move on; it is reset for what comes next on the connection.
    response.setTimeout(limits.idleMs, () => cut(response))
    const cancelTimer = clock.after(limits.graceMs + (bytes / limits.bytesPerSecond) * 1000, () => cut(response))
    response.once('close', () => {
      cancelTimer()
      forget(response)
    })
    for (const oldest of unread.keys()) {
      if (total <= limits.bytes || oldest === response) return
      cut(oldest)
    }
  }
}
