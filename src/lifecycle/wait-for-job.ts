import { Refusal } from '../domain/errors.ts'
import type { JobView } from '../domain/job-document.ts'
import { every } from './every.ts'
import { findJob } from './find-job.ts'
import type { Reader, World } from './world.ts'

/** A notice of another process may be lost, and what is expected of a job changes without one: a wait looks again after this, milliseconds. */
const LOOK_AGAIN_MS = 5_000

export interface Wait {
  /** At most this long, in milliseconds. */
  ms: number
  /** The caller is gone. */
  signal: AbortSignal
  /** Whether this is what the caller waits for. A number: not yet, but it may be so by itself after that many milliseconds. */
  until: (view: JobView) => boolean | Promise<boolean | number>
}

/**
 * The job as soon as `until` holds, or as it is when the time is up, the caller is gone or the process stops.
 * Refuses with `not_found`, `gone`, or `overloaded` when too many wait already.
 */
export async function waitForJob(world: World, reader: Reader, id: string, wait: Wait): Promise<JobView> {
  let timeIsUp = wait.ms <= 0
  let changed = false
  let wake = () => {}
  const poke = () => {
    changed = true
    wake()
  }
  const unwatch = world.waiters.watch(id, poke)
  if (!unwatch) throw new Refusal('overloaded', 'Too many requests wait for a job already; poll instead.', { retryAfterSeconds: 1 })
  // The timer's word, not the clock's: a timer may fire a little before the clock says so, and it fires once.
  const cancelTimer = world.clock.after(wait.ms, () => {
    timeIsUp = true
    poke()
  })
  wait.signal.addEventListener('abort', poke)
  const stopLooking = every(world, LOOK_AGAIN_MS, 'a wait for a job', async () => poke())
  try {
    for (;;) {
      changed = false
      const view = await findJob(world, reader, id)
      const over = timeIsUp || wait.signal.aborted || world.waiters.closed
      const news = over || (await wait.until(view))
      if (news === true) return view
      const stopWaiting = news === false ? () => {} : world.clock.after(news, poke)
      if (!changed) await new Promise<void>((resolve) => (wake = resolve))
      stopWaiting()
    }
  } finally {
    unwatch()
    cancelTimer()
    stopLooking()
    wait.signal.removeEventListener('abort', poke)
  }
}
