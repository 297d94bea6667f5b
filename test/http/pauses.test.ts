import { describe, expect, it } from 'vitest'
import { Destination } from '../../src/wire/schemas/destination.ts'
import { Explanation } from '../../src/wire/schemas/explanation.ts'
import { JobType } from '../../src/wire/schemas/job-type.ts'
import { until } from '../support/clock.ts'
import { answered, hook } from '../support/world.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

const destination = 'https://partner.example'
const LONGEST = 30 * 24 * 3600_000
const pause = (a: AppWorld, ask = {}) => a.ask('POST', '/v1/destinations/pause', { body: { destination }, ...ask })
const inThirtyDays = (a: AppWorld) => new Date(a.world.clock.now() + LONGEST).toISOString()

describe('POST /v1/destinations/pause and resume', () => {
  it('answers 200 with the destination, also before anything was sent there, and lists it', async () => {
    await using a = await appWorld()
    const paused = await pause(a)
    expect(paused.status).toBe(200)
    expect(Destination.strict().parse(paused.json)).toEqual(paused.json)
    expect(paused.json).toMatchObject({ destination, in_flight: 0, waiting: 0, paused_until: inThirtyDays(a) })
    expect((await a.ask('GET', '/v1/destinations')).json.data).toEqual([paused.json])
    const resumed = await a.ask('POST', '/v1/destinations/resume', { body: { destination } })
    expect({ status: resumed.status, paused_until: resumed.json.paused_until }).toEqual({ status: 200, paused_until: null })
    expect((await a.ask('POST', '/v1/destinations/resume', { body: { destination: 'https://unknown.example' } })).status).toBe(200)
  })

  it('is of the own tenant; the operator may name another', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    await pause(a, { key })
    expect((await a.ask('GET', '/v1/destinations')).json.data).toEqual([])
    const [{ tenant_id }] = (await a.ask('GET', '/v1/destinations?tenant=*')).json.data
    const path = `/v1/destinations/resume?tenant=${tenant_id}`
    expect((await a.ask('POST', path, { key, body: { destination } })).status).toBe(403)
    expect((await a.ask('POST', path, { body: { destination } })).json).toMatchObject({ tenant_id, paused_until: null })
    expect((await pause(a, { key: await a.tenantKey({ scopes: ['callbacks:read'] }) })).status).toBe(403)
  })

  it.each([
    [{}, '/destination'],
    [{ destination: 'partner' }, '/destination'],
    [{ destination, other: 1 }, '/other'],
  ])('answers 422 to %j', async (body, pointer) => {
    await using a = await appWorld()
    expect(refusal(await pause(a, { body }))).toMatchObject({ status: 422, pointers: [pointer] })
  })

  it('refuses to retry what waits for a paused destination, one by one and by filter', async () => {
    await using a = await appWorld()
    a.world.answer = () => answered(500)
    a.world.work()
    await a.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: hook.url } })
    await until('it was tried', async () => (await a.ask('GET', '/v1/deliveries')).json.data[0]?.attempts === 1)
    await pause(a)
    const [{ id }] = (await a.ask('GET', '/v1/deliveries')).json.data
    expect(refusal(await a.ask('POST', `/v1/deliveries/${id}/retry`))).toMatchObject({ status: 409, code: 'conflict' })
    expect((await a.ask('POST', '/v1/deliveries/retry', { body: { all: true } })).json).toMatchObject({ retried: 0 })
    await a.ask('POST', '/v1/destinations/resume', { body: { destination } })
    expect((await a.ask('POST', `/v1/deliveries/${id}/retry`)).status).toBe(202)
  })
})

describe('POST /v1/job-types/{type}/pause and resume', () => {
  it('answers 200 with the job type, which the list shows as paused', async () => {
    await using a = await appWorld()
    const paused = await a.ask('POST', '/v1/job-types/noop/pause')
    expect(paused.status).toBe(200)
    expect(JobType.strict().parse(paused.json)).toEqual(paused.json)
    expect(paused.json).toMatchObject({ type: 'noop', paused_until: inThirtyDays(a) })
    expect((await a.ask('GET', '/v1/job-types')).json.data).toMatchObject([{ type: 'noop', paused_until: inThirtyDays(a) }])
    expect((await a.ask('POST', '/v1/job-types/noop/resume')).json).toMatchObject({ type: 'noop', paused_until: null })
    expect((await a.ask('POST', '/v1/job-types/noop/resume')).status).toBe(200)
  })

  it('is the operator’s alone, and 404 for a type that is not loaded', async () => {
    await using a = await appWorld()
    const { key } = (await a.ask('POST', '/v1/tenants/tnt_default/api-keys', { body: { scopes: ['admin:read', 'jobs:write'] } })).json
    for (const action of ['pause', 'resume']) {
      expect((await a.ask('POST', `/v1/job-types/noop/${action}`, { key })).status).toBe(403)
      expect((await a.ask('POST', `/v1/job-types/unknown/${action}`)).status).toBe(404)
    }
  })
})

describe('GET /v1/deliveries/{id}/explain', () => {
  const explain = async (a: AppWorld) => {
    const [{ id }] = (await a.ask('GET', '/v1/deliveries')).json.data
    const answer = await a.ask('GET', `/v1/deliveries/${id}/explain`)
    expect(Explanation.strict().parse(answer.json)).toEqual(answer.json)
    return { ...answer.json, codes: answer.json.because.map(({ code }: { code: string }) => code) }
  }
  const submitted = async (outcome: ReturnType<typeof answered> | null) => {
    const a = await appWorld()
    a.world.answer = () => outcome ?? new Promise(() => {})
    a.world.work()
    await a.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: hook.url } })
    await until('it is sent', () => a.world.sent.length === 1)
    await a.world.clock.push(1)
    return a
  }

  it('says what became of one that was delivered, or is dead', async () => {
    await using delivered = await submitted(answered(204))
    expect(await explain(delivered)).toMatchObject({ state: 'delivered', codes: ['delivered'], next_attempt_at: null })
    await using gone = await submitted(answered(410))
    expect(await explain(gone)).toMatchObject({ state: 'dead', codes: ['gone'], next_attempt_at: null })
  })

  it('says that one is being sent now', async () => {
    await using a = await submitted(null)
    expect(await explain(a)).toMatchObject({ state: 'pending', codes: ['sending'] })
  })

  it('says until when one waits for its schedule, and for the end of a pause', async () => {
    await using a = await submitted(answered(500))
    const [{ next_attempt_at }] = (await a.ask('GET', '/v1/deliveries')).json.data
    expect(await explain(a)).toMatchObject({ state: 'pending', codes: ['scheduled'], next_attempt_at })
    const { paused_until } = (await pause(a)).json
    expect(await explain(a)).toMatchObject({ codes: ['paused', 'scheduled'], next_attempt_at: paused_until })
  })

  it('answers 404 for another tenant’s', async () => {
    await using a = await submitted(answered(500))
    const [{ id }] = (await a.ask('GET', '/v1/deliveries')).json.data
    expect((await a.ask('GET', `/v1/deliveries/${id}/explain`, { key: await a.tenantKey() })).status).toBe(404)
  })
})
