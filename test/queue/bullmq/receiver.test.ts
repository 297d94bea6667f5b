import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { openReceiver, type Receiver } from '../../../src/queue/bullmq/receiver.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { soon } from '../conformance.ts'
import { describeWithRedis, freshPrefix, freshRedis, openQueue } from '../with-redis.ts'

describeWithRedis('a receiver', () => {
  async function world() {
    const redis = await freshRedis()
    const prefix = freshPrefix()
    const queue = await openQueue(redis, { prefix })
    const giveUp = new AbortController()
    const open = async (): Promise<Receiver> => {
      const receiver = await openReceiver({ url: redis.url, prefix, kind: 'job', clock: systemClock, signal: giveUp.signal })
      onTestFinished(() => receiver.close())
      return receiver
    }
    /** Waits for a message on an empty line: the id of its connection. */
    const blocked = async () => /^id=(\d+) .*cmd=bzpopmin/m.exec(String(await redis.ask('CLIENT', 'LIST')))?.[1]
    return { redis, prefix, queue, open, blocked, giveUp }
  }

  it('puts a message back for the next receiver', async () => {
    const { queue, open } = await world()
    const [one, other] = [await open(), await open()]
    queue.wake('job', 'a')
    const first = await soon(() => one.receive())
    await first.putBack()
    expect(await other.receive()).toMatchObject({ lane: 'a' })
  })

  it('leaves nothing of a message it has removed, so that the next wake-up is not taken for it', async () => {
    const { redis, prefix, queue, open } = await world()
    const receiver = await open()
    queue.wake('job', 'a')
    const message = await soon(() => receiver.receive())
    expect(await redis.ask('KEYS', `${prefix}:job:lane-*`)).not.toEqual([])
    expect(await message.remove()).toBe(0)
    expect(await redis.ask('KEYS', `${prefix}:job:lane-*`)).toEqual([])
  })

  it('ends its wait when it is interrupted', async () => {
    const { open, blocked } = await world()
    const receiver = await open()
    await receiver.receive()
    const waiting = receiver.receive()
    await soon(blocked)
    receiver.interrupt()
    expect(await waiting).toBeNull()
  })

  it('is of no more use when the connection it waits on was cut', async () => {
    const { redis, open, blocked } = await world()
    const receiver = await open()
    await receiver.receive()
    const waiting = expect(receiver.receive()).rejects.toThrow('the connection was closed')
    await redis.ask('CLIENT', 'KILL', 'ID', String(await soon(blocked)))
    await waiting
    await expect(receiver.receive()).rejects.toThrow('the connection was closed')
  })

  it('stops waiting for a frozen Redis when it is told to', async () => {
    const { redis, open, giveUp } = await world()
    const receiver = await open()
    redis.freeze()
    const taking = expect(receiver.receive()).rejects.toThrow()
    await pause(20)
    giveUp.abort()
    await taking
    redis.thaw()
  })
})
