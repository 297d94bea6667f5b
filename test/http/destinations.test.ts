import { describe, expect, it } from 'vitest'
import { Destination } from '../../src/wire/schemas/destination.ts'
import { until } from '../support/clock.ts'
import { answered, hook } from '../support/world.ts'
import { type AppWorld, appWorld } from './app-world.ts'

const list = async (a: AppWorld, query = '') => (await a.ask('GET', `/v1/destinations${query}`)).json.data

/** A world whose receiver has answered so many callbacks with a 503, each at its first try. */
async function afterOutage(tries: number): Promise<AppWorld> {
  const a = await appWorld()
  a.world.answer = () => answered(503)
  a.world.work()
  for (let n = 0; n < tries; n++) await a.world.submit({ callback: hook })
  await until('all were tried', () => a.world.sent.length === tries)
  return a
}

describe('GET /v1/destinations', () => {
  it('answers 200 with the limit, the breaker, what is in flight and what waits', async () => {
    await using a = await afterOutage(1)
    await until('it is listed', async () => (await list(a)).length === 1)
    a.world.answer = () => new Promise(() => {})
    await a.world.submit({ callback: hook })
    const shown = await until('one is in flight', async () => (await list(a)).find((one: { in_flight: number }) => one.in_flight === 1))
    expect(Destination.strict().parse(shown)).toEqual({
      destination: 'https://partner.example',
      limit: 4,
      in_flight: 1,
      waiting: 1,
      breaker: { state: 'closed', since: null, probe_at: null },
      paused_until: null,
    })
  })

  it('shows since when a breaker has been open and when it is probed', async () => {
    await using a = await afterOutage(5)
    const openedAt = a.world.clock.now()
    const breakerOf = async () => (await list(a))[0]?.breaker
    const open = await until('it is open', async () => (await breakerOf())?.state === 'open' && breakerOf())
    expect(open.since).toBe(new Date(openedAt).toISOString())
    expect(Date.parse(open.probe_at)).toBeGreaterThan(openedAt)
    a.world.answer = () => new Promise(() => {})
    await a.world.clock.push(5_000)
    expect(await breakerOf()).toEqual({ ...open, state: 'half_open' })
  })

  it('shows one’s own; the operator sees those of all with their tenant, page by page', async () => {
    await using a = await afterOutage(1)
    const key = await a.tenantKey()
    await until('it is listed', async () => (await list(a)).length === 1)
    expect((await a.ask('GET', '/v1/destinations', { key })).json.data).toEqual([])
    expect((await a.ask('GET', '/v1/destinations?tenant=*', { key })).status).toBe(403)
    expect(await list(a, '?tenant=*')).toMatchObject([{ tenant_id: 'tnt_default', destination: 'https://partner.example' }])
    await a.world.submit({ callback: { ...hook, url: 'https://other.example/' } })
    await until('two are listed', async () => (await list(a)).length === 2)
    const first = (await a.ask('GET', '/v1/destinations?limit=1')).json
    expect(first).toMatchObject({ data: [{ destination: 'https://other.example' }], has_more: true })
    const second = (await a.ask('GET', `/v1/destinations?limit=1&cursor=${first.next_cursor}`)).json
    expect(second).toMatchObject({ data: [{ destination: 'https://partner.example' }], has_more: false, next_cursor: null })
  })
})
