import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../src/domain/delivery.ts'
import { destinationOf } from '../../../src/domain/destination.ts'
import type { NewEndpoint } from '../../../src/domain/endpoint.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { replayDelivery } from '../../../src/lifecycle/deliveries/replay-delivery.ts'
import { testEndpoint } from '../../../src/lifecycle/deliveries/test-endpoint.ts'
import { changeEndpoint } from '../../../src/lifecycle/endpoints/change-endpoint.ts'
import { createEndpoint } from '../../../src/lifecycle/endpoints/create-endpoint.ts'
import { deleteEndpoint } from '../../../src/lifecycle/endpoints/delete-endpoint.ts'
import { purge } from '../../../src/lifecycle/engine/purge.ts'
import { createTakeJobs } from '../../../src/lifecycle/engine/take-jobs.ts'
import { cancelJob } from '../../../src/lifecycle/jobs/cancel-job.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, type TestWorld, testWorld } from '../../support/world.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR
const mine = { tenantId: DEFAULT_TENANT_ID }

/** A registered endpoint; each name has an origin of its own. */
async function register(w: TestWorld, name: string, input: Partial<NewEndpoint> = {}): Promise<string> {
  const about = { tenantId: DEFAULT_TENANT_ID, url: urlOf(name), description: null, headers: {} }
  const { endpoint } = await createEndpoint(w, { ...about, events: ['job.completed', 'job.failed', 'job.canceled'], ...input })
  return endpoint.id
}

const urlOf = (name: string) => `https://${name}.example/hooks`
const urlsSent = (w: TestWorld) => w.sent.map((request) => request.url).sort()

/** What the tenant's deliveries to endpoints are, newest first. */
async function deliveriesOf(w: TestWorld): Promise<Delivery[]> {
  const page = { tenantId: DEFAULT_TENANT_ID, limit: 100, before: null, createdAfter: null, createdBefore: null }
  const any = { status: null, reason: null, error: null, jobId: null, event: null, type: null, destination: null }
  return (await w.store.deliveries.list({ ...page, ...any })).rows
}

async function onlyDelivery(w: TestWorld, status: Delivery['status']): Promise<Delivery> {
  return until(`the delivery is ${status}`, async () => (await deliveriesOf(w)).find((delivery) => delivery.status === status))
}

/** A world whose one delivery, to the endpoint, has failed once and waits for its next try. */
async function afterFirstFailure(input: Partial<NewEndpoint> = {}) {
  const w = await testWorld()
  w.answer = () => answered(500)
  const id = await register(w, 'a', input)
  w.work()
  const jobId = await w.submit()
  await until('the first try is recorded', async () => (await deliveriesOf(w))[0]?.attempts === 1)
  return { w, id, jobId }
}

async function withTryInFlight(w: TestWorld) {
  const id = await register(w, 'a')
  const answers: ((status: number) => void)[] = []
  w.answer = () => new Promise((resolve) => answers.push((status) => resolve(answered(status))))
  w.work()
  await w.submit()
  return { id, answer: await until('the try is in flight', () => answers[0]) }
}

describe('an event', () => {
  it('goes to the job’s own URL and to every enabled endpoint that asks for it, with one id and the same bytes', async () => {
    await using w = await testWorld()
    await register(w, 'a')
    await register(w, 'b', { events: ['job.completed'] })
    await register(w, 'not-asked', { events: ['job.failed'] })
    const off = await register(w, 'off')
    await changeEndpoint(w, mine, off, { status: 'disabled' })
    await register(w, 'stranger', { tenantId: 'tnt_other' })
    w.work()
    const id = await w.submit({ callback: hook })
    await until('three went out', () => w.sent.length === 3)
    expect(urlsSent(w)).toEqual([urlOf('a'), urlOf('b'), hook.url])
    expect(new Set(w.sent.map((request) => request.headers['webhook-id'])).size).toBe(1)
    expect(new Set(w.sent.map((request) => Buffer.from(request.body).toString())).size).toBe(1)
    expect(new Set(w.sent.map((request) => request.headers['webhook-signature'])).size).toBe(3)
    await until('the job’s retention runs', async () => (await w.store.jobs.view(id))?.settledAt)
    expect(w.complaints).toEqual([])
  })

  it('has a dead delivery for a disabled endpoint that asks for it, which can be replayed once that is enabled', async () => {
    await using w = await testWorld()
    const id = await register(w, 'a')
    await changeEndpoint(w, mine, id, { status: 'disabled' })
    w.work()
    const jobId = await w.submit()
    const dead = await onlyDelivery(w, 'dead')
    expect(dead).toMatchObject({ reason: 'endpoint_disabled', endpointId: id, jobId, attempts: 0, finishedAt: w.clock.now() })
    expect((await w.store.jobs.view(jobId))?.settledAt).toBe(w.clock.now())
    await expect(replayDelivery(w, mine, dead.id)).rejects.toMatchObject({ code: 'conflict' })
    await changeEndpoint(w, mine, id, { status: 'enabled' })
    await replayDelivery(w, mine, dead.id)
    expect(await onlyDelivery(w, 'delivered')).toMatchObject({ id: dead.id, attempts: 1 })
    expect(w.sent).toMatchObject([{ url: urlOf('a'), headers: { 'webhook-id': dead.eventId } }])
  })

  it('goes to endpoints from a job without a URL, and after a cancel', async () => {
    await using w = await testWorld()
    await register(w, 'a')
    const id = await w.submit({ runAt: w.clock.now() + HOUR })
    await cancelJob(w, mine, id)
    w.work()
    await until('it went out', () => w.sent.length === 1)
    expect(JSON.parse(Buffer.from(w.sent[0]?.body ?? '').toString())).toMatchObject({ type: 'job.canceled', data: { id } })
  })

  it('goes out the same way when nothing is handed on in memory', async () => {
    await using w = await testWorld({ localQueues: false })
    await register(w, 'a', { headers: { 'x-token': 't' } })
    w.work()
    await w.submit()
    await until('it went out', () => w.sent.length === 1)
    expect(w.sent[0]?.headers).toMatchObject({ 'x-token': 't' })
    await onlyDelivery(w, 'delivered')
  })
})

describe('an endpoint changed while a delivery waits', () => {
  it('is tried next at its present URL, with its present headers, and not earlier than planned', async () => {
    const { w, id } = await afterFirstFailure({ headers: { 'x-token': 'old' } })
    await using _ = w
    await changeEndpoint(w, mine, id, { url: urlOf('moved'), headers: { 'x-token': 'new' } })
    expect(await deliveriesOf(w)).toMatchObject([
      { status: 'pending', url: urlOf('moved'), destination: destinationOf(DEFAULT_TENANT_ID, urlOf('moved')) },
    ])
    w.answer = () => answered(200)
    await w.clock.push(4_999)
    expect(w.sent).toHaveLength(1)
    await w.clock.push(1)
    await onlyDelivery(w, 'delivered')
    expect(w.sent.map(({ url, destination, headers }) => [url, destination.split(' ')[1], headers['x-token']])).toEqual([
      [urlOf('a'), 'https://a.example', 'old'],
      [urlOf('moved'), 'https://moved.example', 'new'],
    ])
  })

  it('is tried next at its present URL when it was changed while a try was in flight', async () => {
    await using w = await testWorld()
    const { id, answer } = await withTryInFlight(w)
    await changeEndpoint(w, mine, id, { url: urlOf('moved') })
    answer(500)
    await until('it waits for the new URL', async () => (await deliveriesOf(w))[0]?.url === urlOf('moved'))
    w.answer = () => answered(200)
    await w.clock.push(5_000)
    expect(await onlyDelivery(w, 'delivered')).toMatchObject({ attempts: 2 })
    expect(w.sent.map(({ url }) => url)).toEqual([urlOf('a'), urlOf('moved')])
  })

  it('is not blamed for what its former URL answers', async () => {
    await using w = await testWorld()
    const { id, answer } = await withTryInFlight(w)
    await changeEndpoint(w, mine, id, { url: urlOf('moved') })
    answer(410)
    expect(await onlyDelivery(w, 'dead')).toMatchObject({ reason: 'gone' })
    expect(await w.store.endpoints.find(id)).toMatchObject({ status: 'enabled', failingSince: null })
  })

  it('moves every delivery that waits to the lane of the new URL', async () => {
    await using w = await testWorld({ destinations: { breaker: false } })
    const id = await register(w, 'a')
    w.answer = () => answered(503)
    w.work()
    const count = 1_100
    for (let n = 0; n < count; n++) await w.submit()
    await until('all were tried once', () => w.sent.length >= count)
    w.answer = () => answered(200)
    await changeEndpoint(w, mine, id, { url: urlOf('moved') })
    await w.clock.push(5_000)
    await until('all went to the new URL', () => w.sent.filter(({ url }) => url === urlOf('moved')).length === count)
  })
})

describe('a deleted endpoint', () => {
  it('has its waiting deliveries canceled, and is never tried again', async () => {
    const { w, id, jobId } = await afterFirstFailure()
    await using _ = w
    expect((await w.store.jobs.view(jobId))?.settledAt).toBeNull()
    await deleteEndpoint(w, mine, id)
    const canceled = await onlyDelivery(w, 'canceled')
    expect(canceled).toMatchObject({ reason: 'endpoint_deleted', attempts: 1 })
    expect((await w.store.jobs.view(jobId))?.settledAt).toBe(w.clock.now())
    await w.clock.push(DAY)
    expect(w.sent).toHaveLength(1)
    await expect(deleteEndpoint(w, mine, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(replayDelivery(w, mine, canceled.id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('has a delivery that was held in memory or in flight canceled as well', async () => {
    await using w = await testWorld()
    const { id, answer } = await withTryInFlight(w)
    await deleteEndpoint(w, mine, id)
    answer(500)
    expect(await onlyDelivery(w, 'canceled')).toMatchObject({ attempts: 1, lastStatus: 500 })

    const held = await testWorld({ store: w.disk, clock: w.clock })
    const other = await register(held, 'b')
    held.queue.consume('job', 1, createTakeJobs(held))
    await held.submit()
    await until('a delivery is held', async () => (await deliveriesOf(held)).some((delivery) => delivery.status === 'pending'))
    await deleteEndpoint(held, mine, other)
    held.work()
    await until('it is canceled', async () => (await deliveriesOf(held)).every((delivery) => delivery.status === 'canceled'))
    expect(held.sent).toEqual([])
    await held.queue.close()
  })
})

describe('an endpoint is disabled', () => {
  it('by a 410: what waits for it is dead, can be replayed once it is enabled again, and the others are told', async () => {
    await using w = await testWorld()
    const id = await register(w, 'a', { events: ['job.completed', 'endpoint.disabled'], headers: { 'x-token': 'canary' } })
    await register(w, 'watcher', { events: ['endpoint.disabled'] })
    w.answer = () => answered(500)
    w.work()
    await w.submit()
    await until('it waits', async () => (await deliveriesOf(w))[0]?.attempts === 1)
    w.answer = ({ url }) => answered(url === urlOf('watcher') ? 200 : 410)
    await w.submit()
    await until('the watcher is told', () => w.sent.some(({ url }) => url === urlOf('watcher')))
    expect(await w.store.endpoints.find(id)).toMatchObject({ status: 'disabled', disabledReason: 'gone' })
    await until('all have ended', async () => (await deliveriesOf(w)).every(({ status }) => status === 'dead' || status === 'delivered'))
    const [notice, gone, stopped, ...others] = await deliveriesOf(w)
    expect(others).toEqual([])
    expect(notice).toMatchObject({ eventType: 'endpoint.disabled', jobId: null, jobType: null, status: 'delivered' })
    expect(gone).toMatchObject({ status: 'dead', reason: 'gone', attempts: 1 })
    expect(stopped).toMatchObject({ status: 'dead', reason: 'endpoint_disabled', attempts: 1 })
    const told = Buffer.from(w.sent.find(({ url }) => url === urlOf('watcher'))?.body ?? '').toString()
    expect(JSON.parse(told)).toMatchObject({ type: 'endpoint.disabled', data: { id, status: 'disabled', disabled_reason: 'gone' } })
    expect(told).not.toContain('canary')

    await expect(replayDelivery(w, mine, stopped?.id ?? '')).rejects.toMatchObject({ code: 'conflict' })
    w.answer = () => answered(200)
    await changeEndpoint(w, mine, id, { status: 'enabled' })
    for (const dead of [gone, stopped]) await replayDelivery(w, mine, dead?.id ?? '')
    await until('both arrived', async () => (await deliveriesOf(w)).every(({ status }) => status === 'delivered'))
  })

  it('by failing for five days without a success, not earlier', async () => {
    await using w = await testWorld({
      settings: { callback: { schedule: [12 * HOUR, 12 * HOUR], jitter: 0 } },
      destinations: { breaker: false },
    })
    const id = await register(w, 'a')
    w.answer = () => answered(500)
    w.work()
    await w.submit()
    const since = w.clock.now()
    await until('the first failure is known', async () => (await w.store.endpoints.find(id))?.failingSince === since)
    for (let day = 0; day < 4; day++) {
      await w.clock.push(DAY)
      await w.submit()
    }
    await w.clock.push(DAY - 1)
    expect(await w.store.endpoints.find(id)).toMatchObject({ status: 'enabled', failingSince: since })
    const tries = w.sent.length
    await w.submit()
    await w.clock.push(0)
    expect(w.sent.length).toBeGreaterThan(tries)
    expect(await w.store.endpoints.find(id)).toMatchObject({ status: 'enabled' })
    await w.clock.push(1)
    await w.submit()
    await until('it is disabled', async () => (await w.store.endpoints.find(id))?.status === 'disabled')
    expect(await w.store.endpoints.find(id)).toMatchObject({ disabledReason: 'failing', failingSince: since })
    await until('nothing waits for it', async () => (await deliveriesOf(w)).every(({ status }) => status === 'dead'))
    const { length } = w.sent
    await w.submit()
    await w.clock.push(DAY)
    expect(w.sent).toHaveLength(length)
  })

  it('never when one try in five days succeeds', async () => {
    await using w = await testWorld({ settings: { callback: { schedule: [], jitter: 0 } }, destinations: { breaker: false } })
    const id = await register(w, 'a')
    w.work()
    for (let day = 0; day < 12; day++) {
      w.answer = () => answered(day % 4 === 3 ? 200 : 500)
      await w.submit()
      await w.clock.push(DAY)
    }
    expect(w.sent).toHaveLength(12)
    expect(await w.store.endpoints.find(id)).toMatchObject({ status: 'enabled' })
  })

  it('by its owner, which is an event like any other', async () => {
    const { w, id } = await afterFirstFailure()
    await using _ = w
    expect(await changeEndpoint(w, mine, id, { status: 'disabled' })).toMatchObject({ disabledReason: 'requested' })
    expect(await onlyDelivery(w, 'dead')).toMatchObject({ reason: 'endpoint_disabled' })
  })
})

describe('a test of an endpoint', () => {
  const never = new AbortController().signal

  it('goes to it alone, whatever it asks for, and leaves nothing behind', async () => {
    await using w = await testWorld()
    const id = await register(w, 'a', { events: ['job.failed'] })
    await register(w, 'b')
    w.answer = () => answered(410)
    const { eventId, outcome } = await testEndpoint(w, mine, id, never)
    expect(outcome.status).toBe(410)
    expect(w.sent.map(({ url, headers }) => [url, headers['webhook-id']])).toEqual([[urlOf('a'), eventId]])
    expect(JSON.parse(Buffer.from(w.sent[0]?.body ?? '').toString())).toMatchObject({ type: 'endpoint.test', data: { id } })
    expect(await deliveriesOf(w)).toEqual([])
    expect(await w.store.endpoints.find(id)).toMatchObject({ status: 'enabled', failingSince: null })
  })

  it('is refused when it is disabled, and while another is under way', async () => {
    await using w = await testWorld()
    const id = await register(w, 'a')
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof answered>>()
    w.answer = () => promise
    const first = testEndpoint(w, mine, id, never)
    await until('it was sent', () => w.sent.length === 1)
    await expect(testEndpoint(w, mine, id, never)).rejects.toMatchObject({ code: 'conflict' })
    resolve(answered(200))
    expect((await first).outcome.status).toBe(200)
    await changeEndpoint(w, mine, id, { status: 'disabled' })
    await expect(testEndpoint(w, mine, id, never)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is given up when nobody waits for its answer any more', async () => {
    await using w = await testWorld()
    const id = await register(w, 'a')
    const gone = new AbortController()
    w.answer = (_request, signal) => ({ ...answered(0), status: null, kind: signal.aborted ? 'interrupted' : 'answered' })
    gone.abort()
    await expect(testEndpoint(w, mine, id, gone.signal)).rejects.toMatchObject({ code: 'overloaded' })
    w.answer = () => answered(200)
    expect((await testEndpoint(w, mine, id, never)).outcome.status).toBe(200)
  })
})

it('an event about an endpoint is purged, with its delivery, when its retention has passed', async () => {
  await using w = await testWorld({ settings: { retentionMs: HOUR } })
  await register(w, 'watcher', { events: ['endpoint.disabled'] })
  const id = await register(w, 'a')
  w.work()
  for (let n = 0; n < 50; n++) {
    await changeEndpoint(w, mine, id, { status: 'disabled' })
    await changeEndpoint(w, mine, id, { status: 'enabled' })
  }
  const arrived = await until('all arrived', async () => {
    const all = await deliveriesOf(w)
    return all.length === 50 && all.every(({ status }) => status === 'delivered') ? all : null
  })
  await w.clock.push(HOUR - 1)
  await purge(w)
  expect(await deliveriesOf(w)).toHaveLength(50)
  await w.clock.push(1)
  void purge(w)
  await w.clock.push(1_000)
  expect(await deliveriesOf(w)).toEqual([])
  expect(await w.store.deliveries.attempts(arrived[0]?.id ?? '', 10)).toEqual([])
})

it('a tenant has at most a hundred endpoints', async () => {
  await using w = await testWorld()
  for (let n = 0; n < 100; n++) await register(w, `n${n}`)
  await expect(register(w, 'one-too-many')).rejects.toMatchObject({ code: 'conflict' })
  await register(w, 'theirs', { tenantId: 'tnt_other' })
})
