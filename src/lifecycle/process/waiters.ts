/** Who holds an answer until a job changes or a feed grows (`?wait`, `Prefer: wait`). In memory, of this process. */
import type { BusMessage } from '../../ports/bus.ts'
import type { PubSub } from '../commit/pub-sub.ts'

/** Held answers at a time in one process; a further wait is refused. */
const MAX_WAITERS = 10_000

/** What is waited for: any change of one job, or a new event in the feed of a tenant (null: of all tenants). */
export type Topic = { job: string } | { feedOf: string | null }

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

/** Waiters that are woken by what `pubSub` tells. */
export function createWaiters(pubSub: PubSub): Waiters {
  const watching = new Map<string, Set<() => void>>()
  let count = 0
  let closed = false

  pubSub.subscribe((message) => {
    for (const topic of topicsOf(message)) for (const wake of watching.get(keyOf(topic)) ?? []) wake()
  })

  return {
    watch(topic, wake) {
      if (count >= MAX_WAITERS) return null
      const key = keyOf(topic)
      const others = watching.get(key) ?? new Set()
      watching.set(key, others)
      others.add(wake)
      count += 1
      return () => {
        if (!others.delete(wake)) return
        count -= 1
        if (others.size === 0) watching.delete(key)
      }
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

function topicsOf({ tenantId, kind, id }: BusMessage): Topic[] {
  if (kind === 'job') return [{ job: id }]
  return kind === 'event' ? [{ feedOf: tenantId }, { feedOf: null }] : []
}

function keyOf(topic: Topic): string {
  return 'job' in topic ? `job ${topic.job}` : `feed ${topic.feedOf ?? '*'}`
}
