/** The real clock and the real ids; made by `main.ts` only and handed to everybody else. */
import { uuidv7 } from 'uuidv7'
import type { Clock, Ids } from './ports.ts'

/** setTimeout fires at once beyond 2^31 - 1 ms (24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    let left = ms
    let timer: NodeJS.Timeout
    const start = () => {
      const part = Math.min(left, LONGEST_TIMER_MS)
      left -= part
      timer = setTimeout(left > 0 ? start : run, part)
      timer.unref()
    }
    start()
    return () => clearTimeout(timer)
  },
}

/** UUIDv7 without its hyphens: sortable, monotonic within a millisecond, never a `.`. */
export const systemIds: Ids = {
  next: (kind) => `${kind}_${uuidv7().replaceAll('-', '')}`,
}
