/**
 * What is in Redis: for each kind a BullMQ queue whose messages are lanes. Losing it loses no work.
 *
 * A message stands for one turn of its lane. Its id is the lane's, and BullMQ ignores an id that exists, so a lane waits
 * once, however often it is woken and by whomever. No wake-up is lost by that:
 * - a process that wakes a lane commits its record and then adds the message;
 * - a receiver takes the message, removes it, and only when that is answered begins the turn, which claims what is due.
 * When the added message was ignored, the one in its place was still there, so its turn begins later and finds the record.
 * When it was added, it gets a turn of its own, while the one before may still be under way in another process.
 *
 * A lane that is due later has a delayed message as well, under an id of its own: one for each time.
 */
import { hash } from 'node:crypto'
import type { JobsOptions } from 'bullmq'

/** The data of a message in Redis. */
export interface Message {
  lane: string
}

interface MessageToAdd {
  name: string
  data: Message
  opts: JobsOptions
}

/** A removed message leaves nothing behind, or its id would never be added again. */
export const MESSAGE_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } satisfies JobsOptions

/** The message for a turn of the lane. @param at milliseconds since the epoch; not after `now`: due */
export function messageOf(lane: string, at: number, now: number): MessageToAdd {
  // Lanes name origins, and an id may not contain a `:`.
  const id = `lane-${hash('sha256', lane, 'hex').slice(0, 32)}`
  const opts = at <= now ? { jobId: id } : { jobId: `${id}-at-${at}`, delay: at - now }
  return { name: 'turn', data: { lane }, opts }
}
