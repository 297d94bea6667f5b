import { type Clock, sleepOver } from '../ports/runtime.ts'
import { createDeadlines } from './deadlines.ts'

/** setTimeout fires at once beyond 2^31 - 1 ms (24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The clock of the system. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after,
  sleep: sleepOver(after),
  deadline: createDeadlines({ monotonic: () => performance.now(), after }),
}

function after(ms: number, run: () => void): () => void {
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
}
