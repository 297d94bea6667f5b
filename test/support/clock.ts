import { type Clock, sleepOver } from '../../src/ports/runtime.ts'

export interface TestClock extends Clock {
  /** Moves the time on, firing what falls due in order; other work gets its turns in between. */
  push(ms: number): Promise<void>
  /** Timers that have not fired; a finished world has none. */
  pending(): number
}

/** A clock that stands still until it is pushed. Starts at a whole second, so that timestamps read well. */
export function testClock(start = Date.parse('2026-01-01T00:00:00.000Z')): TestClock {
  let now = start
  const timers = new Set<{ at: number; run: () => void }>()
  function after(ms: number, run: () => void): () => void {
    const timer = { at: now + Math.max(0, ms), run }
    timers.add(timer)
    return () => timers.delete(timer)
  }
  return {
    now: () => now,
    monotonic: () => now - start,
    after,
    sleep: sleepOver(after),
    deadline: after,
    async push(ms) {
      const end = now + ms
      for (;;) {
        await settle()
        const next = [...timers].sort((a, b) => a.at - b.at)[0]
        if (!next || next.at > end) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = end
      await settle()
    },
    pending: () => timers.size,
  }
}

/** Lets everything that can go on without time passing go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** A fact that has not come after so many turns and so many milliseconds of real time never comes. */
const LONGEST_WAIT = { turns: 2_000, ms: 30_000 }

/** Waits for a fact without letting (test) time pass; fails with its name when it does not come. */
export async function until<T>(what: string, fact: () => T | Promise<T>): Promise<NonNullable<T> & T> {
  const startedAt = performance.now()
  for (let turn = 0; turn < LONGEST_WAIT.turns || performance.now() - startedAt < LONGEST_WAIT.ms; turn++) {
    const value = await fact()
    if (value) return value as NonNullable<T> & T
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  throw new Error(`never came true: ${what}`)
}
