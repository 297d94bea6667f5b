import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { openTaker, type Taker } from '../../../src/queue/bullmq/receiver.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { soon } from '../conformance.ts'
import { describeWithRedis, freshPrefix, freshRedis, openQueue } from '../with-redis.ts'

describeWithRedis('a taker', () => {
  async function world() {
    const redis = await freshRedis()
    const prefix = freshPrefix()
    const queue = await openQueue(redis, { prefix })
    const giveUp = new AbortController()
    const open = async (): Promise<Taker> => {
      const taker = await openTaker({ url: redis.url, prefix, kind: 'job', clock: systemClock, signal: giveUp.signal })
      onTestFinished(() => taker.close())
      return taker
    }
    /** Waits for a message on an empty line: the id of its connection. */
    const blocked = async () => /^id=(\d+) .*cmd=bzpopmin/m.exec(String(await redis.ask('CLIENT', 'LIST')))?.[1]
    return { redis, prefix, queue, open, blocked, giveUp }
  }

  it('puts a message back for the next taker', async () => {
    const { queue, open } = await world()
    const [one, other] = [await open(), await open()]
    queue.wake('job', 'a')
    const first = await soon(() => one.take())
    await first.putBack()
    expect(await other.take()).toMatchObject({ lane: 'a' })
  })

  it('leaves nothing of a message it has removed, so that the next wake-up is not taken for it', async () => {
    const { redis, prefix, queue, open } = await world()
    const taker = await open()
    queue.wake('job', 'a')
    const message = await soon(() => taker.take())
    expect(await redis.ask('KEYS', `${prefix}:job:lane-*`)).not.toEqual([])
    expect(await message.remove()).toBe(0)
    expect(await redis.ask('KEYS', `${prefix}:job:lane-*`)).toEqual([])
  })

  it('ends its wait when it is interrupted', async () => {
    const { open, blocked } = await world()
    const taker = await open()
    await taker.take()
    const waiting = taker.take()
    await soon(blocked)
    taker.interrupt()
    expect(await waiting).toBeNull()
  })

  it('is of no more use when the connection it waits on was cut', async () => {
    const { redis, open, blocked } = await world()
    const taker = await open()
    await taker.take()
    const waiting = expect(taker.take()).rejects.toThrow('the connection was closed')
    await redis.ask('CLIENT', 'KILL', 'ID', String(await soon(blocked)))
    await waiting
    await expect(taker.take()).rejects.toThrow('the connection was closed')
  })

  it('stops waiting for a frozen Redis when it is told to', async () => {
    const { redis, open, giveUp } = await world()
    const taker = await open()
    redis.freeze()
    const taking = expect(taker.take()).rejects.toThrow()
    await pause(20)
    giveUp.abort()
    await taking
    redis.thaw()
  })
})
