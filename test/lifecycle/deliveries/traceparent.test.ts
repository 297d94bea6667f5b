import { expect, it } from 'vitest'
import { until } from '../../support/clock.ts'
import { hook, testWorld } from '../../support/world.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

it.each([true, false])('the trace of the submit goes on to the callback and stands in its log; held in memory: %s', async (localQueues) => {
  await using w = await testWorld({ localQueues })
  w.work()
  const id = await w.submit({ callback: hook, traceparent })
  await until('it is delivered', async () => (await w.store.jobs.view(id))?.callbackDelivery?.status === 'delivered')
  expect(w.sent.map(({ headers }) => headers.traceparent)).toEqual([traceparent])
  const delivery = (await w.store.jobs.view(id))?.callbackDelivery
  const [attempt] = await w.store.deliveries.attempts(delivery?.id ?? '', 1)
  expect(attempt?.sent).toMatchObject({ traceparent })
})

it('a submit without a trace begins one, and a custom header of the name is the client’s own', async () => {
  await using w = await testWorld()
  w.work()
  await w.submit({ callback: hook })
  await w.submit({ callback: { ...hook, headers: { traceparent: 'mine' } } })
  await until('both are sent', () => w.sent.length === 2)
  const sent = w.sent.map(({ headers }) => headers.traceparent)
  expect(sent).toEqual(expect.arrayContaining(['mine', expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)]))
})
