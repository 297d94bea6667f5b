import type { Queue } from '../ports/queue.ts'
import type { Clock } from '../ports/runtime.ts'
import type { Store } from '../ports/store.ts'
import { prefixOf } from '../queue/bullmq/other-installations.ts'
import { createEmbeddedQueue } from '../queue/embedded/embedded.ts'
import type { Boot } from './boot.ts'

/** The queue in Redis, under keys of this installation's own, or in memory. Throws `RedisRefused`. */
export async function openQueue({ config: { redisUrl }, log }: Boot, { store, clock }: { store: Store; clock: Clock }): Promise<Queue> {
  if (redisUrl === null) return createEmbeddedQueue(clock, log)
  // BullMQ is 300 files: a process without a Redis starts without reading them.
  const { openBullQueue } = await import('../queue/bullmq/bullmq.ts')
  return openBullQueue({ url: redisUrl, clock, log, prefix: prefixOf(await store.installation()) })
}
