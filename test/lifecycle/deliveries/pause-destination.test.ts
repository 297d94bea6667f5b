import { describe, expect, it } from 'vitest'
import { destinationOf } from '../../../src/domain/destination.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { pauseDestination } from '../../../src/lifecycle/deliveries/pause-destination.ts'
import { resumeDestination } from '../../../src/lifecycle/deliveries/resume-destination.ts'
import { purge } from '../../../src/lifecycle/engine/purge.ts'
import { sweepHorizons } from '../../../src/lifecycle/engine/sweep.ts'
import { sweepPauses } from '../../../src/lifecycle/engine/sweep-pauses.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, type TestWorld, testWorld } from '../../support/world.ts'

const lane = destinationOf(DEFAULT_TENANT_ID, hook.url)
const DAY = 24 * 3600_000

async function callbackOf(w: TestWorld, jobId: string) {
  const delivery = (await w.store.jobs.view(jobId))?.callbackDelivery
  if (!delivery) throw new Error('the job has no callback')
  return delivery
}

async function ended(w: TestWorld, ids: readonly string[]): Promise<void> {
  await until('the jobs have ended', async () =>
    (await Promise.all(ids.map((id) => w.store.jobs.view(id)))).every((view) => view?.callbackDelivery),
  )
}

describe.each([
  ['in one process', true],
  ['beside other processes', false],
])('a paused destination, %s', (_name, localQueues) => {
  it('gets nothing, without spending tries, until it is resumed', async () => {
    await using w = await testWorld({ localQueues })
    w.work()
    await pauseDestination(w, lane)
    const ids = [await w.submit({ callback: hook }), await w.submit({ callback: hook })]
    const other = await w.submit({ callback: { ...hook, url: 'https://other.example/hooks' } })
    await until('the other is delivered', async () => (await w.store.jobs.view(other))?.callbackDelivery?.status === 'delivered')
    await ended(w, ids)
    await w.clock.push(DAY)
    expect(w.sent.map(({ url }) => url)).toEqual(['https://other.example/hooks'])
    expect(await callbackOf(w, ids[0] ?? '')).toMatchObject({ status: 'pending', attempts: 0, lease: null })
    await resumeDestination(w, lane)
    await until('both are delivered', () => w.sent.length === 3)
    expect((await w.destinations.get(lane)).pausedUntil).toBeNull()
  })

  it('takes no probe, and gives what waited its time back', async () => {
    await using w = await testWorld({ localQueues })
    w.answer = () => answered(503)
    w.work()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push(await w.submit({ callback: hook }))
    await until('the breaker is open', async () => (await w.destinations.get(lane)).openUntil !== null)
    await w.clock.push(1)
    const tried = w.sent.length
    const before = await callbackOf(w, ids[0] ?? '')
    await pauseDestination(w, lane)
    await w.clock.push(20 * DAY)
    await sweepHorizons(w)
    expect(w.sent).toHaveLength(tried)
    w.answer = () => answered(200)
    await resumeDestination(w, lane)
    await sweepHorizons(w)
    expect((await callbackOf(w, ids[0] ?? '')).giveUpAt).toBeGreaterThanOrEqual(before.giveUpAt + 20 * DAY)
    await until('all are delivered', async () =>
      (await Promise.all(ids.map((id) => callbackOf(w, id)))).every(({ status }) => status === 'delivered'),
    )
  })
})

it('a try in flight at the pause ends as it would, and its next one waits', async () => {
  await using w = await testWorld()
  let answer = (_outcome: ReturnType<typeof answered>) => {}
  w.answer = () => new Promise((resolve) => (answer = resolve))
  w.work()
  const id = await w.submit({ callback: hook })
  await until('a try is in flight', () => w.sent.length === 1)
  await pauseDestination(w, lane)
  answer(answered(500))
  await until('it is recorded', async () => (await callbackOf(w, id)).attempts === 1)
  await w.clock.push(DAY)
  expect(w.sent).toHaveLength(1)
  expect(await callbackOf(w, id)).toMatchObject({ status: 'pending', attempts: 1, lastStatus: 500 })
})

it('a horizon is not lengthened twice by one pause', async () => {
  await using w = await testWorld()
  w.work()
  await pauseDestination(w, lane)
  const id = await w.submit({ callback: hook })
  await ended(w, [id])
  const { giveUpAt } = await callbackOf(w, id)
  await w.clock.push(DAY)
  w.answer = () => answered(500)
  await resumeDestination(w, lane)
  await until('it was tried', async () => (await callbackOf(w, id)).attempts === 1)
  const lengthened = (await callbackOf(w, id)).giveUpAt - giveUpAt
  expect(lengthened).toBeGreaterThanOrEqual(DAY - 1_000)
  expect(lengthened).toBeLessThan(DAY + 60_000)
})

it('a pause ends by itself after 30 days, and outlives the retention of a destination until then', async () => {
  await using w = await testWorld({ settings: { retentionMs: 1_000 } })
  w.work()
  await pauseDestination(w, lane)
  const id = await w.submit({ callback: hook })
  await ended(w, [id])
  await w.clock.push(30 * DAY - 1)
  await purge(w)
  await sweepPauses(w)
  expect(w.sent).toHaveLength(0)
  await w.clock.push(1)
  await sweepPauses(w)
  await until('it goes out', () => w.sent.length === 1)
  expect(await w.destinations.get(lane)).toMatchObject({ pausedAt: null, pausedUntil: null })
})

it('a claim that the store takes after the pause gets nothing', async () => {
  await using w = await testWorld()
  const id = await w.submit({ callback: hook })
  await pauseDestination(w, lane)
  w.work()
  await ended(w, [id])
  const claim = { lane, limit: 9, now: w.clock.now() + DAY, worker: 'w1' }
  await until('it waits in the store', async () => (await w.store.lanes.waiting('delivery')).length === 1)
  expect((await w.store.lanes.claimDeliveries(claim)).taken).toEqual([])
  await resumeDestination(w, lane)
  await until('it goes out', () => w.sent.length === 1)
})

it('a destination that was paused before its first try is still one nobody has sent to', async () => {
  await using w = await testWorld()
  await pauseDestination(w, lane)
  await resumeDestination(w, lane)
  expect(await w.destinations.get(lane)).toMatchObject({ changedAt: 0, failures: 0 })
  await w.destinations.report(lane, { kind: 'ok', startedAt: w.clock.now(), now: w.clock.now() })
  expect((await w.destinations.get(lane)).changedAt).toBe(w.clock.now())
})
