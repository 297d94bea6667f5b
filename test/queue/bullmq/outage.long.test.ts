import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Queue } from '../../../src/ports/queue.ts'
import { openBullQueue } from '../../../src/queue/bullmq/bullmq.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { soon } from '../conformance.ts'
import { describeWithRedis, freshRedis, idle, openQueue, silent } from '../with-redis.ts'

describeWithRedis('the queue on BullMQ when Redis has trouble', () => {
  /** Consumes, and has had a turn: everything is connected. */
  async function consuming(queue: Queue): Promise<string[]> {
    const turns: string[] = []
    queue.consume('job', 4, async (lane) => (turns.push(lane), idle))
    queue.wake('job', 'before')
    await soon(() => turns.length === 1)
    return turns
  }

  /** What was woken while Redis was away gets its turn when it is back. */
  async function turnComes(turns: readonly string[], lane: string): Promise<void> {
    await soon(() => turns.includes(lane))
  }

  async function isUnhealthy(queue: Queue, reason: RegExp): Promise<void> {
    const health = await queue.health()
    expect(health).toMatchObject({ ok: false, reason: expect.stringMatching(reason) })
  }

  it.each(['always', undefined] as const)('goes on after a kill (appendfsync %s)', async (aof) => {
    const redis = await freshRedis(aof ? { aof } : {})
    const queue = await openQueue(redis)
    const turns = await consuming(queue)
    await redis.kill()
    queue.wake('job', 'away')
    await isUnhealthy(queue, /away/)
    await pause(300)
    await redis.start()
    await turnComes(turns, 'away')
    expect(await queue.health()).toMatchObject({ ok: true })
  })

  it('goes on after being frozen', async () => {
    const redis = await freshRedis()
    const queue = await openQueue(redis)
    const turns = await consuming(queue)
    redis.freeze()
    queue.wake('job', 'away')
    await isUnhealthy(queue, /no answer/)
    queue.wake('job', 'later')
    redis.thaw()
    await turnComes(turns, 'away')
    await turnComes(turns, 'later')
  })

  it('goes on after being flushed, and on another one in its place', async () => {
    const redis = await freshRedis()
    const queue = await openQueue(redis)
    const turns = await consuming(queue)
    await redis.ask('FLUSHALL')
    queue.wake('job', 'flushed')
    await turnComes(turns, 'flushed')
    await redis.replace()
    queue.wake('job', 'replaced')
    await turnComes(turns, 'replaced')
  })

  it('goes on when a full one has room again', async () => {
    const redis = await freshRedis()
    const queue = await openQueue(redis)
    const turns = await consuming(queue)
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
    await isUnhealthy(queue, /refuses to write: .*OOM/)
    queue.wake('job', 'refused')
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0')
    queue.wake('job', 'room')
    await turnComes(turns, 'room')
  })

  it('starts without Redis, never holds a waker up meanwhile, and works when it comes', async () => {
    const redis = await freshRedis()
    await redis.kill()
    const warnings: string[] = []
    const log = { ...silent, warn: (_: object, message: string) => void warnings.push(message) }
    const queue = await openQueue(redis, { log })
    expect(warnings.join()).toMatch(/does not answer/)
    const turns: string[] = []
    queue.consume('job', 4, async (lane) => (turns.push(lane), idle))
    for (let n = 0; n < 1_000; n++) queue.wake('job', `lane ${n}`)
    await isUnhealthy(queue, /ECONNREFUSED/)
    await redis.start()
    await turnComes(turns, 'lane 0')
  })

  it('tells of an outage once, however much is woken', async () => {
    const redis = await freshRedis()
    const warnings: string[] = []
    const log = { ...silent, warn: (_: object, message: string) => void warnings.push(message) }
    const queue = await openQueue(redis, { log })
    await consuming(queue)
    warnings.length = 0
    await redis.kill()
    for (let n = 0; n < 100; n++) {
      queue.wake('job', `lane ${n}`)
      await pause(5)
    }
    expect(warnings).toEqual([expect.stringContaining('Redis is away')])
  })

  it('stops while Redis is away', async () => {
    const redis = await freshRedis()
    const queue = await openBullQueue({ url: redis.url, clock: systemClock, log: silent, prefix: 'ringback:test' })
    await consuming(queue)
    await redis.kill()
    await queue.stop()
    await queue.close()
  })
})
