/** Who in this process is to be woken by what. */
import type { BusMessage } from '../../ports/bus.ts'
import type { PubSub } from '../commit/pub-sub.ts'

/** What is waited for: any change of one job, or a new event in the feed of a tenant (null: of all tenants). */
export type Topic = { job: string } | { feedOf: string | null }

/** Those who watch, by topic. */
export interface Topics {
  /** Calls `wake` at every message about the topic until the answer is called. `wake` must not throw. */
  watch(topic: Topic, wake: () => void): () => void
}

/** Topics that `pubSub` tells of. */
export function createTopics(pubSub: PubSub): Topics {
  const watching = new Map<string, Set<() => void>>()

  pubSub.subscribe((message) => {
    for (const topic of topicsOf(message)) for (const wake of watching.get(keyOf(topic)) ?? []) wake()
  })

  return {
    watch(topic, wake) {
      const key = keyOf(topic)
      const others = watching.get(key) ?? new Set()
      watching.set(key, others)
      others.add(wake)
      return () => {
        if (others.delete(wake) && others.size === 0) watching.delete(key)
      }
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
