/** Who holds an answer until a job changes (`?wait`, `Prefer: wait`). In memory, of this process. */
import type { Notices } from '../ports.ts'

/** Held answers at a time in one process; beyond, a wait is refused. */
const MAX_WAITERS = 10_000

export interface Waiters {
  /** Calls `wake` at every change of the job until the answer is called; null when too many wait. */
  watch(jobId: string, wake: () => void): (() => void) | null
  /** We have changed the job, its progress or one of its deliveries, durably. Null: a delivery that belongs to no job. */
  notify(jobId: string | null): void
  /** Another process has. */
  hear(jobId: string): void
  /** The process stops: everybody is woken, and nobody waits any more. */
  close(): void
  readonly closed: boolean
  /** Answers held now. */
  readonly count: number
}

/** @param notices null: there is no other process to tell */
export function createWaiters(notices: Notices | null): Waiters {
  const watching = new Map<string, Set<() => void>>()
  let count = 0
  let closed = false

  function hear(jobId: string): void {
    for (const wake of watching.get(jobId) ?? []) wake()
  }

  return {
    hear,
    watch(jobId, wake) {
      if (count >= MAX_WAITERS) return null
      const others = watching.get(jobId) ?? new Set()
      watching.set(jobId, others)
      others.add(wake)
      count += 1
      return () => {
        if (!others.delete(wake)) return
        count -= 1
        if (others.size === 0) watching.delete(jobId)
      }
    },
    notify(jobId) {
      if (jobId === null) return
      hear(jobId)
      notices?.tell(jobId)
    },
    close() {
      closed = true
      for (const waiting of watching.values()) for (const wake of waiting) wake()
    },
    get closed() {
      return closed
    },
    get count() {
      return count
    },
  }
}
