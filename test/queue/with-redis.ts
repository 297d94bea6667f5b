import { describe, onTestFinished } from 'vitest'
import type { Queue, Turn } from '../../src/ports/queue.ts'
import type { Log } from '../../src/ports/runtime.ts'
import { openBullQueue } from '../../src/queue/bullmq/bullmq.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { type RedisSettings, skipsWithoutRedis, startRedis, type TestRedis } from '../support/redis.ts'

/** Skipped, and said so, where there is no redis-server; in CI it fails instead. */
export const describeWithRedis = describe.skipIf(skipsWithoutRedis('the queue on BullMQ'))

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
export const idle: Turn = { next: null, taken: [] }

let prefixes = 0
export const freshPrefix = () => `test${++prefixes}`

/** A queue on this Redis, closed when the test ends. */
export async function openQueue(redis: TestRedis, { prefix = freshPrefix(), log = silent } = {}): Promise<Queue> {
  const queue = await openBullQueue({ url: redis.url, clock: systemClock, log, prefix })
  onTestFinished(() => queue.close())
  return queue
}

/** A Redis for one test. Ask for it before the queues on it: what a test leaves behind is closed in the opposite order. */
export async function freshRedis(settings?: RedisSettings): Promise<TestRedis> {
  const redis = await startRedis(settings)
  onTestFinished(() => redis.close())
  return redis
}
