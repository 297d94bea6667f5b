/** Who holds an answer until a job changes or a feed grows (`?wait`, `Prefer: wait`). In memory, of this process. */
import type { Bus } from '../../ports/bus.ts'

/** Held answers at a time in one process; beyond, a wait is refused. */
const MAX_WAITERS = 10_000

const FEED = 'feed '

/** What is watched for a tenant's feed; null: for every tenant's. */
export function feedOf(tenantId: string | null): string {
  return `${FEED}${tenantId ?? '*'}`
}

export interface Waiters {
  /** Calls `wake` at every change of a job, or of a feed (`feedOf`), until the answer is called; null when too many wait. */
  watch(subject: string, wake: () => void): (() => void) | null
  /** We have changed the job, its progress or one of its deliveries, durably. Null: a delivery that belongs to no job. */
  notify(jobId: string | null): void
  /** We have added to a tenant's feed, durably. */
  notifyFeed(tenantId: string): void
  /** Another process has done one or the other. */
  hear(subject: string): void
  /** The process stops: everybody is woken, and nobody waits any more. */
  close(): void
  readonly closed: boolean
  /** Answers held now. */
  readonly count: number
}

/** @param bus null: there is no other process to tell */
export function createWaiters(bus: Bus | null): Waiters {
  const watching = new Map<string, Set<() => void>>()
  let count = 0
  let closed = false

  function hear(subject: string): void {
    for (const wake of watching.get(subject) ?? []) wake()
    if (subject.startsWith(FEED)) for (const wake of watching.get(feedOf(null)) ?? []) wake()
  }

  return {
    hear,
    watch(subject, wake) {
      if (count >= MAX_WAITERS) return null
      const others = watching.get(subject) ?? new Set()
      watching.set(subject, others)
      others.add(wake)
      count += 1
      return () => {
        if (!others.delete(wake)) return
        count -= 1
        if (others.size === 0) watching.delete(subject)
      }
    },
    notify(jobId) {
      if (jobId === null) return
      hear(jobId)
      bus?.tell(jobId)
    },
    notifyFeed(tenantId) {
      hear(feedOf(tenantId))
      bus?.tell(feedOf(tenantId))
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
