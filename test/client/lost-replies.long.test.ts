/** The client behind proxies that lose the replies to requests that were carried out. */
import { expect, it, onTestFinished } from 'vitest'
import { startBufferingProxy } from '../support/buffering-proxy.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { setUp } from '../support/e2e.ts'
import { countedClient, expectOneJobEach, submitNth } from './one-job.ts'

const SUBMITS = 12

it.each([
  ['before its first byte', 0],
  ['within its head', 20],
  ['within its body', 900],
])('each submit makes one job when replies are cut %s', async (_where, bytes) => {
  const { start } = await setUp()
  const service = await start()
  const proxy = await startCuttingProxy(service.url)
  onTestFinished(() => proxy.close())
  const { client } = countedClient(proxy.url)
  proxy.cutNext(2 * SUBMITS, bytes)
  const handles = await Promise.all(Array.from({ length: SUBMITS }, (_, n) => submitNth(client, n)))
  expect(proxy.cuts).toBe(2 * SUBMITS)
  await expectOneJobEach(client, handles)

  proxy.cutNext(2, bytes)
  expect(await handles[0]?.done()).toMatchObject({ status: 'completed', result: 0 })
})

it('each submit makes one job when a gateway gives up after the request was carried out', async () => {
  const { start } = await setUp()
  const proxy = await startBufferingProxy((await start()).url)
  onTestFinished(() => proxy.close())
  const { client, statuses } = countedClient(proxy.url)
  proxy.giveUpNext(SUBMITS)
  const handles = await Promise.all(Array.from({ length: SUBMITS }, (_, n) => submitNth(client, n)))
  expect(statuses.filter((status) => status === 504)).toHaveLength(SUBMITS)
  await expectOneJobEach(client, handles)
})
