import { describe, expect, it } from 'vitest'
import { DeadLetterSummary, ReplayedDeadLetters, ReplayPreview } from '../../src/wire/schemas/dead-letter.ts'
import { until } from '../support/clock.ts'
import { answered, hook } from '../support/world.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

/** A world with a dead letter for each of these keys; the receiver hangs from now on. */
async function withDeadLetters(keys: (a: AppWorld) => Promise<readonly (string | undefined)[]> = async () => [undefined]) {
  const a = await appWorld()
  a.world.answer = () => answered(410)
  a.world.work()
  const owners = await keys(a)
  for (const key of owners) {
    await a.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: hook.url }, ...(key === undefined ? {} : { key }) })
  }
  await until('all are dead', async () => (await a.ask('GET', '/v1/dead-letters?tenant=*')).json.data.length === owners.length)
  a.world.answer = () => new Promise(() => {})
  return a
}

describe('GET /v1/dead-letters', () => {
  it('lists the dead ones only', async () => {
    await using a = await withDeadLetters()
    const [dead] = (await a.ask('GET', '/v1/dead-letters')).json.data
    expect(dead).toMatchObject({ status: 'dead', reason: 'gone' })
    await a.ask('DELETE', `/v1/deliveries/${dead.id}`)
    expect((await a.ask('GET', '/v1/dead-letters')).json.data).toEqual([])
  })

  it('takes the filters of deliveries, of the statuses that of the dead', async () => {
    await using a = await withDeadLetters()
    expect((await a.ask('GET', '/v1/dead-letters?status=dead')).json.data).toHaveLength(1)
    expect((await a.ask('GET', '/v1/dead-letters?status=pending')).status).toBe(422)
  })
})

describe('GET /v1/dead-letters/summary', () => {
  it('answers 200 with what was never delivered, since when and why', async () => {
    await using a = await withDeadLetters()
    const { status, json } = await a.ask('GET', '/v1/dead-letters/summary')
    expect(status).toBe(200)
    expect(DeadLetterSummary.strict().parse(json)).toEqual(json)
    const [delivery] = (await a.ask('GET', '/v1/dead-letters')).json.data
    expect(json).toEqual({
      data: [
        {
          destination: 'https://partner.example',
          reason: 'gone',
          count: 1,
          oldest_at: delivery.created_at,
          newest_at: delivery.created_at,
        },
      ],
      complete: true,
    })
  })

  it('filters like the list', async () => {
    await using a = await withDeadLetters()
    const groups = async (query: string) => (await a.ask('GET', `/v1/dead-letters/summary?${query}`)).json.data.length
    for (const hit of ['reason=gone', 'type=noop', 'destination=https://partner.example/x']) expect(await groups(hit), hit).toBe(1)
    for (const miss of ['reason=exhausted', 'type=x', 'destination=https://x.example']) expect(await groups(miss), miss).toBe(0)
    expect((await a.ask('GET', '/v1/dead-letters/summary?limit=3')).status).toBe(422)
  })

  it('counts one’s own, and every tenant’s apart for the operator only', async () => {
    await using a = await withDeadLetters(async (world) => [undefined, await world.tenantKey()])
    const key = await a.tenantKey()
    expect((await a.ask('GET', '/v1/dead-letters/summary', { key })).json.data).toEqual([])
    expect((await a.ask('GET', '/v1/dead-letters/summary')).json.data).toMatchObject([{ count: 1 }])
    const all = (await a.ask('GET', '/v1/dead-letters/summary?tenant=*')).json.data
    expect(all).toHaveLength(2)
    expect(all).toContainEqual(expect.objectContaining({ tenant_id: 'tnt_default', count: 1 }))
    expect((await a.ask('GET', '/v1/dead-letters/summary?tenant=*', { key })).status).toBe(403)
  })
})

describe('POST /v1/dead-letters/replay', () => {
  const replay = (a: AppWorld, body: unknown, ask = {}, query = '') => a.ask('POST', `/v1/dead-letters/replay${query}`, { body, ...ask })

  it.each([
    { all: true },
    { filter: { all: true } },
    { filter: { status: 'dead' } },
    { filter: { destination: 'https://partner.example/else', reason: 'gone', type: 'noop', event: 'job.completed' } },
  ])('answers 202 to %j with how many are pending again', async (body) => {
    await using a = await withDeadLetters()
    const answer = await replay(a, body)
    expect(answer.status).toBe(202)
    expect(ReplayedDeadLetters.strict().parse(answer.json)).toEqual({ replayed: 1, skipped: 0, has_more: false })
    expect((await a.ask('GET', '/v1/deliveries')).json.data).toMatchObject([{ status: 'pending', attempts: 1 }])
    expect((await replay(a, body)).json).toEqual({ replayed: 0, skipped: 0, has_more: false })
  })

  it.each([
    { filter: { reason: 'exhausted' } },
    { filter: { created_before: '2020-01-01T00:00:00Z' } },
    { filter: { created_after: '2030-01-01T00:00:00Z' } },
    { filter: { job_id: 'job_0' } },
  ])('leaves alone what does not fit: %j', async (body) => {
    await using a = await withDeadLetters()
    expect((await replay(a, body)).json).toEqual({ replayed: 0, skipped: 0, has_more: false })
    expect((await a.ask('GET', '/v1/dead-letters')).json.data).toHaveLength(1)
  })

  it.each([
    [{}, ''],
    [{ filter: {} }, '/filter'],
    [{ filter: { all: true, reason: 'gone' } }, '/filter'],
    [{ filter: { reason: 'gone' }, all: true }, ''],
    [{ all: false }, '/all'],
    [{ filter: { status: 'delivered' } }, '/filter/status'],
    [{ filter: { limit: 3 } }, '/filter/limit'],
    [{ filter: { destination: 'partner' } }, '/filter/destination'],
    [{ destination: 'https://partner.example' }, '/destination'],
  ])('answers 422 to %j, and replays nothing', async (body, pointer) => {
    await using a = await withDeadLetters()
    expect(refusal(await replay(a, body))).toMatchObject({
      status: 422,
      code: 'invalid_request',
      pointers: expect.arrayContaining([pointer]),
    })
    expect((await a.ask('GET', '/v1/dead-letters')).json.data).toHaveLength(1)
  })

  it('moves one’s own only; the operator may name a tenant, or all', async () => {
    await using a = await withDeadLetters(async (world) => [undefined, await world.tenantKey()])
    const key = await a.tenantKey()
    expect((await replay(a, { all: true }, { key })).json).toMatchObject({ replayed: 0 })
    expect((await replay(a, { all: true }, { key }, '?tenant=*')).status).toBe(403)
    expect((await replay(a, { all: true })).json).toMatchObject({ replayed: 1 })
    expect((await replay(a, { all: true }, {}, '?tenant=*')).json).toMatchObject({ replayed: 1 })
  })

  it('answers 403 to a key that may only read callbacks', async () => {
    await using a = await withDeadLetters()
    const key = await a.tenantKey({ scopes: ['callbacks:read'] })
    expect((await replay(a, { all: true }, { key })).status).toBe(403)
  })

  it('counts with dry_run what it would move, by destination and reason, and moves nothing', async () => {
    await using a = await withDeadLetters()
    await a.world.clock.push(1)
    const answer = await replay(a, { all: true, dry_run: true })
    expect(answer.status).toBe(200)
    expect(ReplayPreview.strict().parse(answer.json)).toEqual({
      would_replay: 1,
      by: [{ destination: 'https://partner.example', reason: 'gone', count: 1 }],
      as_of: new Date(a.world.clock.now()).toISOString(),
    })
    expect((await replay(a, { filter: { reason: 'exhausted' }, dry_run: true })).json).toMatchObject({ would_replay: 0, by: [] })
    expect((await a.ask('GET', '/v1/dead-letters')).json.data).toHaveLength(1)
  })

  it('moves with as_of only what was dead at the count', async () => {
    await using a = await withDeadLetters()
    await a.world.clock.push(1)
    const { as_of } = (await replay(a, { all: true, dry_run: true })).json
    a.world.answer = () => answered(410)
    await a.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: 'https://later.example/hooks' } })
    await until('the second is dead', async () => (await a.ask('GET', '/v1/dead-letters')).json.data.length === 2)
    a.world.answer = () => new Promise(() => {})
    expect((await replay(a, { all: true, as_of, expect: 1 })).json).toEqual({ replayed: 1, skipped: 0, has_more: false })
    expect((await a.ask('GET', '/v1/dead-letters')).json.data).toMatchObject([{ url: 'https://later.example/hooks' }])
  })

  it('answers 409, and moves nothing, when more would move than expected', async () => {
    await using a = await withDeadLetters()
    expect(refusal(await replay(a, { all: true, expect: 0 }))).toMatchObject({ status: 409, code: 'conflict' })
    expect((await a.ask('GET', '/v1/dead-letters')).json.data).toHaveLength(1)
    expect((await replay(a, { all: true, expect: 5 })).json).toMatchObject({ replayed: 1 })
    expect((await replay(a, { all: true, expect: 0 })).json).toEqual({ replayed: 0, skipped: 0, has_more: false })
  })

  it('skips, and does not count, what nobody is left to take', async () => {
    await using a = await appWorld()
    a.world.answer = () => answered(410)
    a.world.work()
    await a.ask('POST', '/v1/endpoints', { body: { url: 'https://endpoint.example/hooks' } })
    await a.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: hook.url } })
    await until('both are dead', async () => (await a.ask('GET', '/v1/dead-letters')).json.data.length === 2)
    a.world.answer = () => new Promise(() => {})
    await a.world.clock.push(1)
    expect((await replay(a, { all: true, dry_run: true })).json).toMatchObject({ would_replay: 1, by: [{ count: 1 }] })
    expect((await replay(a, { all: true, expect: 1 })).json).toMatchObject({ replayed: 1, skipped: expect.any(Number) })
    expect((await replay(a, { all: true })).json).toEqual({ replayed: 0, skipped: 1, has_more: false })
  })
})
