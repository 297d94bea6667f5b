/**
 * Answers that are not read: Node keeps what a client does not take in memory, for as long as the client likes. Here one that
 * stops taking is cut off, and one that is too slow; and when all that is unread grows too large, the oldest first.
 */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../../ports/runtime.ts'

export interface UnreadLimits {
  /** Of all unread answers together; the newest is let off. */
  bytes: number
  /** A client that takes nothing for so long, milliseconds, is cut off before twice of it is over. */
  idleMs: number
  /** The whole answer must be taken in so many milliseconds, and longer by its size at so many bytes a second. */
  graceMs: number
  bytesPerSecond: number
}

/** @returns to be called when an answer has been given: cuts the connection of a client that does not take it */
export function createUnreadAnswers(limits: UnreadLimits, clock: Clock): (answer: ServerResponse) => void {
  /** Oldest first, with what was unread of each when it was given. */
  const unread = new Map<ServerResponse, number>()
  let total = 0

  function forget(answer: ServerResponse): void {
    total -= unread.get(answer) ?? 0
    unread.delete(answer)
  }

  function cut(answer: ServerResponse): void {
    forget(answer)
    answer.req.socket.destroy()
  }

  return (answer) => {
    const bytes = answer.writableLength
    if (bytes === 0 || answer.closed) return
    unread.set(answer, bytes)
    total += bytes
    // Node's own timer sees a write move on; it is reset for what comes next on the connection.
    answer.setTimeout(limits.idleMs, () => cut(answer))
    const cancelTimer = clock.after(limits.graceMs + (bytes / limits.bytesPerSecond) * 1000, () => cut(answer))
    answer.once('close', () => {
      cancelTimer()
      forget(answer)
    })
    for (const oldest of unread.keys()) {
      if (total <= limits.bytes || oldest === answer) return
      cut(oldest)
    }
  }
}
