import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { Queue as BullQueue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Queue, Turn } from '../../src/ports/queue.ts'
import { openBullQueue } from '../../src/queue/bullmq/bullmq.ts'
import { prefixOf } from '../../src/queue/bullmq/other-installations.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { queueConformance, soon } from './conformance.ts'
import { describeWithRedis, freshPrefix, freshRedis, idle, openQueue, silent } from './with-redis.ts'

const clock = { now: systemClock.now, push: (ms: number) => pause(ms) }

describeWithRedis('the queue on BullMQ', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.close())

  queueConformance('BullMQ', async () => ({
    clock,
    queue: await openBullQueue({ url: redis.url, clock: systemClock, log: silent, prefix: freshPrefix() }),
  }))

  /** Two processes on one line. */
  async function openPair(): Promise<[Queue, Queue, string]> {
    const prefix = freshPrefix()
    return [await openQueue(redis, { prefix }), await openQueue(redis, { prefix }), prefix]
  }

  it('takes no turn of another installation on the same Redis, and tells once what else it found there', async () => {
    const own = await freshRedis()
    const lines: { fields: object; message: string }[] = []
    const log = { ...silent, info: (fields: object, message: string) => void lines.push({ fields, message }) }
    await openQueue(own, { prefix: 'ringback' })
    const one = await openQueue(own, { prefix: prefixOf('one') })
    await soon(async () => ((await own.ask('KEYS', 'ringback:*:meta')) as string[]).length === 4)
    const two = await openQueue(own, { prefix: prefixOf('two'), log })
    const turns: string[] = []
    one.consume('job', 1, async (lane) => (turns.push(`one ${lane}`), idle))
    two.consume('job', 1, async (lane) => (turns.push(`two ${lane}`), idle))
    for (const lane of ['a', 'b', 'c', 'd']) two.wake('job', lane)
    await soon(() => turns.length === 4)
    expect(turns.every((turn) => turn.startsWith('two '))).toBe(true)
    await soon(() => lines.some(({ message }) => message.includes('other installations')))
    expect(lines.filter(({ message }) => message.includes('other installations'))).toEqual([
      { fields: { prefix: 'ringback:two', others: ['ringback', 'ringback:one'] }, message: expect.any(String) },
    ])
  })

  it('shares its lanes out to the processes that have a free slot', async () => {
    const [one, other] = await openPair()
    const turns: string[] = []
    const running = [new Promise<void>(() => {})]
    one.consume('job', 1, async () => (turns.push('one'), { next: null, taken: running }))
    other.consume('job', 1, async () => (turns.push('other'), { next: null, taken: running }))
    for (const lane of ['a', 'b', 'c']) one.wake('job', lane)
    await soon(() => turns.length === 2)
    expect(turns.toSorted()).toEqual(['one', 'other'])
  })

  it('gives the lane of a process that stops to another one', async () => {
    const [one, other] = await openPair()
    const begun: ((turn: Turn) => void)[] = []
    one.consume('job', 1, () => new Promise((resolve) => begun.push(resolve)))
    one.wake('job', 'a')
    await soon(() => begun.length === 1)
    const stopped = one.stop()
    const turns: string[] = []
    other.consume('job', 1, async (lane) => (turns.push(lane), idle))
    begun[0]?.({ next: 'again', taken: [] })
    await stopped
    await soon(() => turns.length === 1)
  })

  it('gives a lane its turn although a frozen process was roused for it', async () => {
    const own = await freshRedis()
    const prefix = freshPrefix()
    const queue = await openQueue(own, { prefix })
    const frozen = new Redis(own.url, { protocol: 2, connectionName: 'frozen' })
    onTestFinished(() => frozen.disconnect())
    /** The id of a client that waits for a message. */
    const waiting = async (isFrozen: boolean) => {
      const clients = String(await own.ask('CLIENT', 'LIST')).split('\n')
      const client = clients.find((line) => line.includes(' flags=b ') && line.includes('name=frozen') === isFrozen)
      return client && /id=(\d+)/.exec(client)?.[1]
    }
    const turns: string[] = []
    queue.consume('job', 1, async (lane) => (turns.push(lane), idle))
    const consumer = await soon(() => waiting(false))
    const roused = frozen.bzpopmin(`${prefix}:job:marker`, 0)
    await soon(() => waiting(true))
    // Who has waited longest is roused first: our queue waits anew, behind the frozen one.
    await own.ask('CLIENT', 'UNBLOCK', String(consumer))
    await soon(() => waiting(false))
    queue.wake('job', 'a')
    await roused
    await soon(() => turns.length === 1)
  })

  it('wakes for every commit: a turn begins after the last of them', async () => {
    const [one, other] = await openPair()
    await commitAndTake([one, other], async () => {})
  })

  it('wakes for every commit also when its connections are cut again and again', { timeout: 40_000 }, async () => {
    const [one, other] = await openPair()
    await commitAndTake([one, other], () => redis.ask('CLIENT', 'KILL', 'TYPE', 'normal'))
  })

  /** Both queues wake and take the same lanes while `disturb` is called now and then; nothing sweeps. */
  async function commitAndTake(queues: readonly Queue[], disturb: () => Promise<unknown>): Promise<void> {
    const lanes = ['a', 'b', 'c', 'd']
    const committed = new Map(lanes.map((lane) => [lane, 0]))
    const seen = new Map(lanes.map((lane) => [lane, 0]))
    for (const queue of queues) {
      queue.consume('job', 2, async (lane) => {
        await nextTurn()
        seen.set(lane, Number(committed.get(lane)))
        await nextTurn()
        return idle
      })
    }
    for (let n = 0; n < 400; n++) {
      const lane = String(lanes[(n * 7) % 4])
      committed.set(lane, n)
      queues[n % 2]?.wake('job', lane)
      if (n % 3 === 0) await pause(1)
      if (n % 100 === 50) await disturb()
    }
    const missed = () => lanes.filter((lane) => seen.get(lane) !== committed.get(lane))
    const until = performance.now() + 15_000
    while (missed().length > 0 && performance.now() < until) await pause(5)
    expect(missed()).toEqual([])
  }

  it('lets a lane stand in line once, whoever wakes it how often', async () => {
    const [one, other, prefix] = await openPair()
    const line = new BullQueue('job', { connection: { url: redis.url }, prefix })
    onTestFinished(() => line.close())
    for (let n = 0; n < 50; n++) {
      one.wake('job', 'a')
      other.wake('job', n < 25 ? 'a' : 'b')
      await nextTurn()
    }
    await soon(async () => (await line.count()) === 2)
    await pause(50)
    expect(await line.count()).toBe(2)
  })

  it('gives the lane of a process that vanished between taking and turn to another one', async () => {
    const [one, , prefix] = await openPair()
    const vanishing = new Worker('job', null, { connection: { url: redis.url }, prefix, lockDuration: 500 })
    onTestFinished(() => vanishing.close(true))
    one.wake('job', 'a')
    await soon(() => vanishing.getNextJob('vanishing', { block: false }))
    const turns: string[] = []
    one.consume('job', 1, async (lane) => (turns.push(lane), idle))
    await soon(() => turns.length === 1)
  })

  it('puts times beyond a minute nowhere: the sweep brings them when they are near', async () => {
    const prefix = freshPrefix()
    const queue = await openQueue(redis, { prefix })
    queue.wake('job', 'far', clock.now() + 70_000)
    queue.wake('job', 'near', clock.now() + 50_000)
    const delayed = async () => redis.ask('ZCARD', `${prefix}:job:delayed`)
    await soon(async () => (await delayed()) === 1)
    await pause(50)
    expect(await delayed()).toBe(1)
  })

  it('leaves nothing in Redis of lanes that have had their turns', async () => {
    const prefix = freshPrefix()
    const queue = await openQueue(redis, { prefix })
    let turns = 0
    queue.consume('delivery', 4, async () => (turns++, idle))
    const keys = async () =>
      ((await redis.ask('KEYS', `${prefix}:*`)) as string[]).filter((key) => !key.endsWith('stalled-check')).toSorted()
    queue.wake('delivery', 'first')
    await soon(() => turns === 1)
    await soon(async () => !(await keys()).some((key) => key.includes('lane-')))
    const before = await keys()
    for (let n = 0; n < 20; n++) queue.wake('delivery', `tnt_1 https://example.com:${n}`)
    await soon(() => turns === 21)
    await soon(async () => (await keys()).length <= before.length)
    expect(await keys()).toEqual(before)
  })
})
