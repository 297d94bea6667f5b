import { ProblemError } from '../../domain/errors.ts'
import type { Context } from './context.ts'
import { every } from './every.ts'
import type { Topic } from './topics.ts'

/** A held answer looks again after this, milliseconds: a message may be lost, and estimates change without one. */
const LOOK_AGAIN_MS = 5_000

/** What a held answer waits for, and how long. */
export interface LongPoll {
  topic: Topic
  /** At most this long, in milliseconds. */
  ms: number
  /** The caller is gone. */
  signal: AbortSignal
}

/** What a look has found, and whether the caller waits for that. A number: not yet, but perhaps after so many milliseconds. */
export interface Look<T> {
  found: T
  enough: () => boolean | Promise<boolean | number>
}

/**
 * What `look` finds as soon as that is enough, or when the time is up, the caller is gone or the process stops; it looks again
 * at every message about the topic. Refuses with `overloaded` when too many answers are held already.
 */
export async function longPoll<T>(context: Context, { topic, ms, signal }: LongPoll, look: () => Promise<Look<T>>): Promise<T> {
  let timeIsUp = ms <= 0
  let changed = false
  let wake = () => {}
  const poke = () => {
    changed = true
    wake()
  }
  const unwatch = context.waiters.watch(topic, poke)
  if (!unwatch) throw new ProblemError('overloaded', 'Too many requests wait already; poll instead.', { retryAfterSeconds: 1 })
  // The timer's word, not the clock's: a timer may fire a little before the clock says so, and it fires once.
  const cancelTimer = context.clock.after(ms, () => {
    timeIsUp = true
    poke()
  })
  signal.addEventListener('abort', poke)
  const stopLooking = every(context, LOOK_AGAIN_MS, 'a held answer', async () => poke())
  try {
    for (;;) {
      changed = false
      const { found, enough } = await look()
      const over = timeIsUp || signal.aborted || context.waiters.closed
      const news = over || (await enough())
      if (news === true) return found
      const stopWaiting = news === false ? () => {} : context.clock.after(news, poke)
      if (!changed) await new Promise<void>((resolve) => (wake = resolve))
      stopWaiting()
    }
  } finally {
    unwatch()
    cancelTimer()
    stopLooking()
    signal.removeEventListener('abort', poke)
  }
}
