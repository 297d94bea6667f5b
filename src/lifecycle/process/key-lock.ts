import type { Clock } from '../../ports/runtime.ts'

/** Lets one holder of a key in at a time. In memory, of this process. */
export interface KeyLock {
  /** Resolves with the release as soon as nobody else holds the key; with null when that takes longer than `waitMs` milliseconds. */
  acquire(key: string, waitMs: number): Promise<(() => void) | null>
}

/** A lock that nobody holds. */
export function createKeyLock(clock: Clock): KeyLock {
  const holders = new Map<string, Promise<void>>()
  return {
    async acquire(key, waitMs) {
      const deadline = clock.monotonic() + waitMs
      for (let holder = holders.get(key); holder; holder = holders.get(key)) {
        const left = deadline - clock.monotonic()
        if (left <= 0) return null
        await settledWithin(clock, left, holder)
      }
      const held = Promise.withResolvers<void>()
      holders.set(key, held.promise)
      return () => {
        holders.delete(key)
        held.resolve()
      }
    },
  }
}

async function settledWithin(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  const stop = new AbortController()
  await Promise.race([work, clock.sleep(ms, stop.signal)])
  stop.abort()
}
