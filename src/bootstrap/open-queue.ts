import type { Queue } from '../ports/queue.ts'
import type { Store } from '../ports/store.ts'
import { openBullQueue } from '../queue/bullmq/bullmq.ts'
import { prefixOf } from '../queue/bullmq/other-installations.ts'
import { createEmbeddedQueue } from '../queue/embedded/embedded.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Boot } from './boot.ts'

/** The queue in Redis, under keys of this installation's own, or in memory. Throws `RedisRefused`. */
export async function openQueue({ config: { redisUrl }, log }: Boot, store: Store): Promise<Queue> {
  if (redisUrl === null) return createEmbeddedQueue(systemClock, log)
  return openBullQueue({ url: redisUrl, clock: systemClock, log, prefix: prefixOf(await store.installation()) })
}
