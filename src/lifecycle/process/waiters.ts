/** Who holds an answer until a job changes or a feed grows (`?wait`, `Prefer: wait`). In memory, of this process. */
import type { Topic, Topics } from './topics.ts'

/** Held answers at a time in one process; a further wait is refused. */
const MAX_WAITERS = 10_000

/** The held answers of this process. */
export interface Waiters {
  /** Calls `wake` at every message about the topic until the answer is called; null when too many wait. */
  watch(topic: Topic, wake: () => void): (() => void) | null
  /** The process stops: everybody is woken, and nobody waits any more. */
  close(): void
  readonly closed: boolean
  /** Answers held now. */
  readonly count: number
}

/** Waiters that are woken by these topics. */
export function createWaiters(topics: Topics): Waiters {
  const waiting = new Set<{ wake: () => void }>()
  let closed = false

  return {
    watch(topic, wake) {
      if (waiting.size >= MAX_WAITERS) return null
      const waiter = { wake }
      const call = () => waiter.wake()
      const unwatch = topics.watch(topic, call)
      waiting.add(waiter)
      return () => {
        if (waiting.delete(waiter)) unwatch()
      }
    },
    close() {
      closed = true
      for (const { wake } of waiting) wake()
    },
    get closed() {
      return closed
    },
    get count() {
      return waiting.size
    },
  }
}
