import { describe, expect, it } from 'vitest'
import { destinationOf } from '../../../src/domain/destination.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { sweepHorizons } from '../../../src/lifecycle/engine/sweep.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, type TestWorld, testWorld } from '../../support/world.ts'

const lane = destinationOf(DEFAULT_TENANT_ID, hook.url)
const patient = {
  settings: { callback: { schedule: [10_000, 100_000, 100_000], jitter: 0 } },
  destinations: { firstPauseMs: 10_000 },
}

async function callbackOf(w: TestWorld, jobId: string) {
  return (await w.store.jobs.view(jobId))?.callbackDelivery ?? null
}

describe('a destination that keeps failing', () => {
  it('gets one probe at a time, while the others wait without spending their tries', async () => {
    await using w = await testWorld(patient)
    w.answer = () => answered(503)
    w.work()
    const jobs: string[] = []
    for (let n = 0; n < 5; n++) jobs.push(await w.submit({ callback: hook }))
    await until('the breaker is open', async () => (await w.destinations.get(lane)).openUntil !== null)
    for (let n = 0; n < 20; n++) jobs.push(await w.submit({ callback: hook }))
    await w.clock.push(7_999)
    expect(w.sent).toHaveLength(5)
    await w.clock.push(2_001)
    expect(w.sent).toHaveLength(6)
    await w.clock.push(13_000)
    expect(w.sent).toHaveLength(6)
    const tries = await Promise.all(jobs.map(async (id) => (await callbackOf(w, id))?.attemptsInBudget))
    expect(tries.filter((count) => count === 0)).toHaveLength(jobs.length - 6 + tries.filter((count) => count === 2).length)
  })

  it('gets its backlog at a growing pace once a probe has succeeded', async () => {
    await using w = await testWorld(patient)
    w.answer = () => answered(503)
    w.work()
    for (let n = 0; n < 5; n++) await w.submit({ callback: hook })
    await until('the breaker is open', async () => (await w.destinations.get(lane)).openUntil !== null)
    for (let n = 0; n < 50; n++) await w.submit({ callback: hook })
    let inFlight = 0
    let most = 0
    const first: number[] = []
    w.answer = async () => {
      inFlight += 1
      most = Math.max(most, inFlight)
      first.push(inFlight)
      for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
      inFlight -= 1
      return answered(200)
    }
    await w.clock.push(10_000)
    await until('all of the backlog went out', () => w.sent.length >= 55)
    expect(first[0]).toBe(1)
    expect(first[1]).toBeLessThanOrEqual(2)
    expect(most).toBeGreaterThan(2)
  })

  it('has cost its deliveries what they waited behind its breaker, also when a probe has closed that before their own try', async () => {
    await using w = await testWorld(patient)
    w.answer = () => answered(503)
    w.work()
    for (let n = 0; n < 5; n++) await w.submit({ callback: hook })
    await until('the breaker is open', async () => (await w.destinations.get(lane)).openUntil !== null)
    const waiting: string[] = []
    for (let n = 0; n < 5; n++) waiting.push(await w.submit({ callback: hook }))
    await until('they wait', async () => (await callbackOf(w, waiting.at(-1) ?? ''))?.status === 'pending')
    w.answer = () => answered(w.sent.length === 6 ? 200 : 500)
    await w.clock.push(10_000)
    await until('each had a try', async () =>
      (await Promise.all(waiting.map((id) => callbackOf(w, id)))).every((one) => one?.attempts === 1),
    )
    const failed = (await Promise.all(waiting.map((id) => callbackOf(w, id)))).filter((one) => one !== null && one.status === 'pending')
    expect(failed.length).toBeGreaterThan(0)
    expect(new Set(failed.map((one) => (one?.giveUpAt ?? 0) - (one?.createdAt ?? 0)))).toEqual(new Set([420_000]))
  })

  it('does not keep a delivery beyond twice its schedule', async () => {
    await using w = await testWorld(patient)
    w.answer = () => answered(503)
    w.work()
    for (let n = 0; n < 5; n++) await w.submit({ callback: hook })
    await until('the breaker is open', async () => (await w.destinations.get(lane)).openUntil !== null)
    const waiting: string[] = []
    for (let n = 0; n < 30; n++) waiting.push(await w.submit({ callback: hook }))
    await until('they wait', async () => (await callbackOf(w, waiting.at(-1) ?? ''))?.status === 'pending')
    await w.clock.push(210_000)
    await sweepHorizons(w)
    const waits = await Promise.all(waiting.map((id) => callbackOf(w, id)))
    expect(waits.filter((delivery) => delivery?.status === 'dead')).toEqual([])
    await w.clock.push(210_000)
    await sweepHorizons(w)
    const ends = await Promise.all(waiting.map((id) => callbackOf(w, id)))
    const untried = ends.filter((delivery) => delivery?.status === 'dead' && delivery.attemptsInBudget === 0)
    expect(untried.length).toBeGreaterThan(10)
    expect(untried[0]).toMatchObject({ reason: 'destination_down', attempts: 0 })
  })

  it('is told of in the log when its breaker opens, with the last error, and when it closes', async () => {
    await using w = await testWorld(patient)
    const told: string[] = []
    w.log.info = (fields, message) => void (message.startsWith('a breaker') && told.push(`${message} ${JSON.stringify(fields)}`))
    w.answer = () => answered(503)
    w.work()
    for (let n = 0; n < 5; n++) await w.submit({ callback: hook })
    await until('the breaker is open', async () => (await w.destinations.get(lane)).openUntil !== null)
    const about = { tenant: DEFAULT_TENANT_ID, destination: new URL(hook.url).origin }
    const opened = expect.objectContaining({ ...about, failures: 5, error: '503' })
    expect(w.complaints).toEqual([{ fields: opened, message: 'a breaker opened: the destination keeps failing' }])
    w.answer = () => answered(200)
    await w.clock.push(20_000)
    await until('it is closed', async () => (await w.destinations.get(lane)).openUntil === null)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('a breaker closed')
  })

  it('is still known as such after a restart', async () => {
    await using w = await testWorld(patient)
    w.answer = () => answered(503)
    w.work()
    for (let n = 0; n < 5; n++) await w.submit({ callback: hook })
    const open = await until('the breaker is open', async () => {
      const destination = await w.destinations.get(lane)
      return destination.openUntil === null ? null : destination
    })
    const next = await testWorld({ ...patient, store: w.disk, clock: w.clock })
    expect(await next.destinations.get(lane)).toEqual(open)
  })

  it('is not one whose host answers: what some of its URLs refuse holds up no other', async () => {
    await using w = await testWorld(patient)
    w.answer = (request) => answered(request.url === hook.url ? 404 : 200)
    w.work()
    for (let n = 0; n < 60; n++) await w.submit({ callback: hook })
    await until('all were refused', () => w.sent.length === 60)
    const healthy = await w.submit({ callback: { ...hook, url: `${new URL(hook.url).origin}/healthy` } })
    await until('the healthy one is served', async () => (await callbackOf(w, healthy))?.status === 'delivered')
    expect(await w.destinations.get(lane)).toMatchObject({ failures: 0, openUntil: null })
  })

  it('does not slow another one down', async () => {
    await using w = await testWorld(patient)
    w.answer = (request) => answered(request.url === hook.url ? 503 : 200)
    w.work()
    for (let n = 0; n < 10; n++) await w.submit({ callback: hook })
    const other = await w.submit({ callback: { ...hook, url: 'https://other.example/' } })
    await until('the other one is served', async () => (await callbackOf(w, other))?.status === 'delivered')
    expect((await w.destinations.get(lane)).limit).toBeLessThan(8)
  })
})
