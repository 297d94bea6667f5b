/** Time as the model sees it: a monotonic clock that stands still until it is pushed, and a wall clock that may jump beside it. */
import { type Clock, sleepOver } from '../../src/ports/runtime.ts'

/** A whole second, so that timestamps read well. */
const START = Date.parse('2026-01-01T00:00:00.000Z')

interface Timer {
  at: number
  run: () => void
}

export interface ModelClock extends Clock {
  /** Moves the wall clock alone by so many milliseconds, as an administrator does; timers do not notice. */
  jump(ms: number): void
  /** Whether it has ever jumped. */
  jumped(): boolean
  /** The wall clock as it would be without jumps. */
  trueNow(): number
  /** The furthest the wall clock has ever been. */
  latest(): number
  /** Brings the wall clock back to where the largest jump left it. */
  catchUp(): void
  /** Fires what falls due within `ms` milliseconds, in order; `settle` gives other work its turns in between. */
  push(ms: number, settle: () => Promise<void>): Promise<void>
}

export function createModelClock(): ModelClock {
  const timers = new Set<Timer>()
  let elapsed = 0
  let offset = 0
  let furthestOffset = 0
  let latest = START
  let jumped = false

  const now = () => START + elapsed + offset

  function next(): Timer | null {
    let first: Timer | null = null
    for (const timer of timers) if (first === null || timer.at < first.at) first = timer
    return first
  }

  function moveTo(at: number): void {
    elapsed = Math.max(elapsed, at)
    latest = Math.max(latest, now())
  }

  function after(ms: number, run: () => void): () => void {
    const timer = { at: elapsed + Math.max(0, ms), run }
    timers.add(timer)
    return () => timers.delete(timer)
  }

  return {
    now,
    monotonic: () => elapsed,
    after,
    sleep: sleepOver(after),
    deadline: after,
    jumped: () => jumped,
    jump(ms) {
      jumped = true
      offset += ms
      furthestOffset = Math.max(furthestOffset, offset)
      latest = Math.max(latest, now())
    },
    trueNow: () => START + elapsed,
    latest: () => latest,
    catchUp() {
      offset = furthestOffset
      latest = Math.max(latest, now())
    },
    async push(ms, settle) {
      const end = elapsed + ms
      await settle()
      for (let timer = next(); timer && timer.at <= end; timer = next()) {
        timers.delete(timer)
        moveTo(timer.at)
        timer.run()
        await settle()
      }
      moveTo(end)
      await settle()
    },
  }
}

export interface ProcessClock extends Clock {
  /** Timers that have not fired. */
  pending(): number
  /** The process is gone: none of its timers fires any more. */
  kill(): void
}

/** The same time for one process, whose timers die with it. */
export function processClock(clock: ModelClock): ProcessClock {
  const cancels = new Set<() => void>()
  let killed = false

  function after(ms: number, run: () => void): () => void {
    if (killed) return () => {}
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel)
      run()
    })
    cancels.add(cancel)
    return () => {
      cancels.delete(cancel)
      cancel()
    }
  }

  return {
    now: clock.now,
    monotonic: clock.monotonic,
    after,
    sleep: sleepOver(after),
    deadline: after,
    pending: () => cancels.size,
    kill() {
      killed = true
      for (const cancel of cancels) cancel()
      cancels.clear()
    },
  }
}
