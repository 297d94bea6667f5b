import { describe, expect, it } from 'vitest'
import { destinationOf } from '../../../src/domain/destination.ts'
import type { EndpointEventType } from '../../../src/domain/endpoint.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { createEndpoint } from '../../../src/lifecycle/endpoints/create-endpoint.ts'
import { sweepStuck } from '../../../src/lifecycle/engine/sweep-stuck.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, type ok, type TestWorld, testWorld } from '../../support/world.ts'

const lane = destinationOf(DEFAULT_TENANT_ID, hook.url)
const ALERTS: EndpointEventType[] = ['delivery.dead', 'destination.failing', 'destination.recovered', 'job.stuck']
const url = 'https://operator.example/alerts'

async function withOperator(answer: () => ReturnType<typeof answered>, alerts = answered(200), options = {}): Promise<TestWorld> {
  const w = await testWorld({ settings: { callback: { schedule: [1_000, 1_000] } }, ...options })
  await createEndpoint(w, { tenantId: DEFAULT_TENANT_ID, url, events: ALERTS, description: null, headers: {} })
  w.answer = (request) => (request.url === url ? alerts : answer())
  w.work()
  return w
}

async function feed(w: TestWorld) {
  const { events } = await w.store.events.feed({ tenantId: DEFAULT_TENANT_ID, after: 0, limit: 100, types: null })
  return events.map(({ type, jobId, body }) => ({ type, jobId, data: JSON.parse(Buffer.from(body).toString()).data }))
}

const alertsOf = async (w: TestWorld) => (await feed(w)).filter(({ type }) => ALERTS.some((alert) => alert === type))

describe('alerts', () => {
  it('tell of a dead delivery, in its commit, in the feed and to the endpoint that asks', async () => {
    await using w = await withOperator(() => answered(410))
    const id = await w.submit({ callback: hook })
    await until('the operator is told', () => w.sent.some((request) => request.url === url))
    expect(await alertsOf(w)).toMatchObject([{ type: 'delivery.dead', jobId: id, data: { status: 'dead', reason: 'gone', url: hook.url } }])
  })

  it('tell of a destination once that it fails, and once that it answers again', async () => {
    let status = 503
    await using w = await withOperator(() => answered(status))
    for (let n = 0; n < 8; n += 1) await w.submit({ callback: hook })
    await until('the breaker is open', async () => (await w.destinations.get(lane)).openUntil !== null)
    status = 200
    await w.clock.push(60_000)
    await until('it is closed', async () => (await w.destinations.get(lane)).openUntil === null)
    const told = (await alertsOf(w)).filter(({ type }) => type !== 'delivery.dead')
    expect(told).toMatchObject([
      { type: 'destination.failing', jobId: null, data: { destination: 'https://partner.example', breaker: { state: 'open' } } },
      { type: 'destination.recovered', jobId: null, data: { breaker: { state: 'closed' } } },
    ])
  })

  it('are not told of by alerts: neither their dead deliveries nor the destination that fails them', async () => {
    await using w = await withOperator(() => answered(410), answered(503))
    for (let n = 0; n < 6; n += 1) await w.submit({ callback: hook })
    await w.clock.push(600_000)
    expect((await w.destinations.get(destinationOf(DEFAULT_TENANT_ID, url))).openUntil).not.toBeNull()
    expect((await alertsOf(w)).map(({ type }) => type)).toEqual(Array.from({ length: 6 }, () => 'delivery.dead'))
  })

  it('tell of an overdue job once', async () => {
    const handlers = { noop: () => new Promise<typeof ok>(() => {}) }
    await using w = await withOperator(() => answered(200), answered(200), { handlers })
    w.runTimes.add('noop', 1_000)
    const id = await w.submit()
    await until('it runs', () => w.runs.get(id))
    await w.clock.push(1_999)
    await sweepStuck(w)
    expect(await alertsOf(w)).toEqual([])
    await w.clock.push(1_001)
    await sweepStuck(w)
    await sweepStuck(w)
    expect(await alertsOf(w)).toMatchObject([{ type: 'job.stuck', jobId: id, data: { id, status: 'running', overdue: true } }])
  })
})
