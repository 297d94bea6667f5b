/**
 * Answers that are not read: Node keeps what a client does not take in memory, for as long as the client likes. Here each must
 * be taken at a least speed, and when all together grow too large the oldest are cut first.
 */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../ports.ts'

export interface UnreadLimits {
  /** Of all unread answers together; the newest is let off. */
  bytes: number
  /** In each period, milliseconds, a client takes all that is left or at least so many bytes. */
  periodMs: number
  bytesPerPeriod: number
}

/** @returns to be called when an answer has been given: cuts the connection of a client that does not take it */
export function createUnreadAnswers(limits: UnreadLimits, clock: Clock): (answer: ServerResponse) => void {
  /** Oldest first, with what was left of each at the last look. */
  const unread = new Map<ServerResponse, number>()
  let bytes = 0

  function note(answer: ServerResponse, left: number): void {
    bytes += left - (unread.get(answer) ?? 0)
    if (left > 0) unread.set(answer, left)
    else unread.delete(answer)
  }

  function watch(answer: ServerResponse, left: number): void {
    note(answer, left)
    const cancelTimer = clock.after(limits.periodMs, () => {
      answer.off('close', forget)
      const now = answer.writableLength
      if (left - now < limits.bytesPerPeriod) cut(answer)
      else watch(answer, now)
    })
    const forget = () => {
      cancelTimer()
      note(answer, 0)
    }
    answer.once('close', forget)
  }

  function cut(answer: ServerResponse): void {
    note(answer, 0)
    answer.req.socket.destroy()
  }

  return (answer) => {
    const left = answer.writableLength
    if (left === 0 || answer.closed) return
    watch(answer, left)
    for (const oldest of unread.keys()) {
      if (bytes <= limits.bytes || oldest === answer) return
      cut(oldest)
    }
  }
}
