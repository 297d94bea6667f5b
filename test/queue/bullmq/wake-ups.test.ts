import type { Queue as BullQueue } from 'bullmq'
import { expect, it } from 'vitest'
import type { Connection } from '../../../src/queue/bullmq/connection.ts'
import type { Message } from '../../../src/queue/bullmq/message.ts'
import { createWakeUps } from '../../../src/queue/bullmq/wake-ups.ts'
import { settle, testClock } from '../../support/clock.ts'
import { silent } from '../with-redis.ts'

/** Wake-ups towards a Redis that answers when it is told to. */
function world() {
  const clock = testClock()
  const batches: string[][] = []
  const answers: PromiseWithResolvers<void>[] = []
  const warnings: string[] = []
  let isReady = true
  const queue: Pick<BullQueue<Message>, 'name' | 'addBulk'> = {
    name: 'job',
    async addBulk(messages) {
      batches.push(messages.map(({ data, opts }) => (opts?.delay === undefined ? data.lane : `${data.lane} in ${opts.delay}`)))
      const answer = Promise.withResolvers<void>()
      answers.push(answer)
      await answer.promise
      return []
    },
  }
  const ask: Connection['ask'] = (commands) => commands({} as Connection['redis'])
  const connection = { isReady: () => isReady, ask }
  const wakeUps = createWakeUps(queue, connection, clock, { ...silent, warn: (_, message) => void warnings.push(message) })
  return {
    ...wakeUps,
    clock,
    batches,
    warnings,
    async answered() {
      await settle()
      answers.shift()?.resolve()
      await settle()
    },
    async failed(message: string) {
      await settle()
      answers.shift()?.reject(new Error(message))
      await settle()
    },
    ready(is: boolean) {
      isReady = is
      if (is) wakeUps.resume()
    },
  }
}

it('sends what is woken in one turn of the event loop together, each lane once', async () => {
  const { wake, batches, answered } = world()
  for (const lane of ['a', 'b', 'a']) wake(lane)
  await answered()
  expect(batches).toEqual([['a', 'b']])
})

it('has one batch under way at a time, and merges what comes meanwhile', async () => {
  const { wake, batches, answered } = world()
  wake('a')
  await settle()
  for (const lane of ['b', 'a', 'b']) {
    wake(lane)
    await settle()
  }
  expect(batches).toEqual([['a']])
  await answered()
  expect(batches).toEqual([['a'], ['b', 'a']])
})

it('puts the earliest of several later times into Redis, and none that an earlier one covers', async () => {
  const { wake, clock, batches, answered } = world()
  const now = clock.now()
  wake('a', now + 2_000)
  wake('a', now + 1_000)
  wake('b', now - 1)
  await answered()
  wake('a', now + 1_500)
  wake('a', now + 500)
  await answered()
  expect(batches).toEqual([['a in 1000', 'b'], ['a in 500']])
  await clock.push(500)
  wake('a', now + 1_500)
  await answered()
  expect(batches[2]).toEqual(['a in 1000'])
})

it('needs no later time for a lane that is due', async () => {
  const { wake, clock, batches, answered } = world()
  wake('a', clock.now() + 1_000)
  wake('a')
  wake('a', clock.now() + 2_000)
  await answered()
  expect(batches).toEqual([['a']])
})

it('leaves times beyond a minute to the sweep', async () => {
  const { wake, clock, batches, answered } = world()
  wake('near', clock.now() + 60_000)
  wake('far', clock.now() + 60_001)
  await answered()
  expect(batches).toEqual([['near in 60000']])
})

it('keeps what is woken while Redis is away, within bounds, and sends it when it is back', async () => {
  const { wake, batches, answered, ready, clock } = world()
  ready(false)
  wake('overdue by then', clock.now() + 1_000)
  for (let n = 0; n < 20_000; n++) wake(`lane ${n}`)
  await settle()
  expect(batches).toEqual([])
  await clock.push(5_000)
  ready(true)
  for (let n = 0; n < 110; n++) await answered()
  expect(batches.flat()).toHaveLength(10_000)
  expect(batches[0]?.slice(0, 2)).toEqual(['overdue by then', 'lane 0'])
})

it('sends again what was cut off', async () => {
  const { wake, batches, answered, failed, ready } = world()
  wake('a')
  await settle()
  wake('b')
  ready(false)
  await failed('the connection was closed')
  ready(true)
  await answered()
  expect(batches).toEqual([['a'], ['b', 'a']])
})

it('drops what Redis refuses, and tells it once until it takes something again', async () => {
  const { wake, batches, answered, failed, warnings } = world()
  for (const lane of ['a', 'b']) {
    wake(lane)
    await failed('OOM')
  }
  expect(warnings).toHaveLength(1)
  wake('c')
  await answered()
  wake('d')
  await failed('OOM')
  expect(batches).toEqual([['a'], ['b'], ['c'], ['d']])
  expect(warnings).toHaveLength(2)
})
