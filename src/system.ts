/** The real clock and the real ids; made by `main.ts` only and handed to everybody else. */
import { uuidv7 } from 'uuidv7'
import { type Clock, type Ids, sleepOver } from './ports/runtime.ts'
import { createProcessTime, LOOK_EVERY_MS, type ProcessTime } from './process-time.ts'

/** setTimeout fires at once beyond 2^31 - 1 ms (24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after,
  sleep: sleepOver(after),
  deadline,
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

let openDeadlines = 0
let processTime: ProcessTime | null = null
let looks: NodeJS.Timeout | null = null

function deadline(ms: number, run: () => void): () => void {
  openDeadlines += 1
  processTime ??= createProcessTime(() => performance.now())
  const time = processTime
  looks ??= setInterval(() => time.read(), LOOK_EVERY_MS).unref()
  const endsAt = time.read() + ms
  let isOpen = true
  let cancelTimer = () => {}

  function close(): void {
    if (!isOpen) return
    isOpen = false
    cancelTimer()
    openDeadlines -= 1
    if (openDeadlines > 0) return
    if (looks !== null) clearInterval(looks)
    looks = null
    processTime = null
  }

  function look(): void {
    const left = endsAt - time.read()
    if (left > 0) {
      cancelTimer = after(left, look)
      return
    }
    // Timers fire before sockets are read. What is on a socket may take one round of the loop to be decrypted and one to be parsed.
    setImmediate(() => setImmediate(judge))
  }

  function judge(): void {
    if (!isOpen) return
    close()
    run()
  }

  cancelTimer = after(ms, look)
  return close
}

/** UUIDv7 without its hyphens: sortable, monotonic within a millisecond, never a `.`. */
export const systemIds: Ids = {
  next: (kind) => `${kind}_${uuidv7().replaceAll('-', '')}`,
}
