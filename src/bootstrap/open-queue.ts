import type { Queue } from '../ports/queue.ts'
import type { Clock } from '../ports/runtime.ts'
import type { Store } from '../ports/store.ts'
import { openBullQueue } from '../queue/bullmq/bullmq.ts'
import { prefixOf } from '../queue/bullmq/other-installations.ts'
import { createEmbeddedQueue } from '../queue/embedded/embedded.ts'
import type { Boot } from './boot.ts'

/** The queue in Redis, under keys of this installation's own, or in memory. Throws `RedisRefused`. */
export async function openQueue({ config: { redisUrl }, log }: Boot, { store, clock }: { store: Store; clock: Clock }): Promise<Queue> {
  if (redisUrl === null) return createEmbeddedQueue(clock, log)
  return openBullQueue({ url: redisUrl, clock, log, prefix: prefixOf(await store.installation()) })
}
