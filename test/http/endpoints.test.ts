import { describe, expect, it } from 'vitest'
import { Endpoint, EndpointTest, NewEndpoint } from '../../src/wire/schemas/endpoint.ts'
import { RotatedSecret } from '../../src/wire/schemas/signing-secret.ts'
import { answered, hook } from '../support/world.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

const HOUR = 3600_000

const create = (a: AppWorld, body: object = { url: hook.url }, key?: string) =>
  a.ask('POST', '/v1/endpoints', { body, ...(key ? { key } : {}) })

/** A registered endpoint's id. */
const registered = async (a: AppWorld, body?: object) => (await create(a, body)).json.id

describe('POST /v1/endpoints', () => {
  it('answers 201 with the endpoint; its secret is shown this once, header values never', async () => {
    await using a = await appWorld()
    const answer = await create(a, { url: 'https://PARTNER.example/a#b', description: 'orders', headers: { 'X-Token': 'canary' } })
    expect(answer.status).toBe(201)
    expect(NewEndpoint.strict().parse(answer.json)).toEqual(answer.json)
    expect(answer.json).toMatchObject({
      id: expect.stringMatching(/^ep_/),
      url: 'https://partner.example/a',
      events: ['job.completed', 'job.failed', 'job.canceled'],
      description: 'orders',
      header_names: ['x-token'],
      status: 'enabled',
      disabled_reason: null,
      secret: expect.stringMatching(/^whsec_/),
    })
    const later = await a.ask('GET', `/v1/endpoints/${answer.json.id}`)
    const { secret, ...rest } = answer.json
    expect(later.json).toEqual(rest)
    const list = await a.ask('GET', '/v1/endpoints')
    for (const text of [answer.text, later.text, list.text]) expect(text).not.toContain('canary')
    for (const text of [later.text, list.text]) expect(text).not.toContain(secret)
  })

  it.each([
    [{}, '/url'],
    [{ url: 'ftp://partner.example' }, '/url'],
    [{ url: hook.url, events: [] }, '/events'],
    [{ url: hook.url, events: ['job.started'] }, '/events/0'],
    [{ url: hook.url, events: ['job.failed', 'job.failed'] }, '/events'],
    [{ url: hook.url, description: 'x'.repeat(501) }, '/description'],
    [{ url: hook.url, headers: { 'webhook-id': 'x' } }, '/headers/webhook-id'],
    [{ url: hook.url, secret: 'x' }, '/secret'],
    [{ url: hook.url, status: 'disabled' }, '/status'],
  ])('answers 422 to %j', async (body, pointer) => {
    await using a = await appWorld()
    expect(refusal(await create(a, body))).toMatchObject({ status: 422, code: 'invalid_request', pointers: [pointer] })
  })

  it('answers 422 to an address that callbacks may not go to', async () => {
    await using a = await appWorld()
    expect(refusal(await create(a, { url: 'http://169.254.169.254/' }))).toMatchObject({
      status: 422,
      code: 'callback_url_forbidden',
      pointers: ['/url'],
    })
  })

  it('answers 403 to a key that may only read callbacks', async () => {
    await using a = await appWorld()
    expect((await create(a, {}, await a.tenantKey({ scopes: ['callbacks:read'] }))).status).toBe(403)
  })
})

describe('GET /v1/endpoints', () => {
  it('lists the tenant’s own, newest first, a page at a time, and for the operator those of all', async () => {
    await using a = await appWorld()
    const [first, second] = [await registered(a), await registered(a)]
    const { json: theirs } = await create(a, { url: hook.url }, await a.tenantKey())
    const page = await a.ask('GET', '/v1/endpoints?limit=1')
    expect(Endpoint.strict().parse(page.json.data[0])).toEqual(page.json.data[0])
    expect(page.json).toMatchObject({ data: [{ id: second }], has_more: true })
    expect((await a.ask('GET', `/v1/endpoints?cursor=${page.json.next_cursor}`)).json.data).toMatchObject([{ id: first }])
    const all = (await a.ask('GET', '/v1/endpoints?tenant=*')).json.data
    expect(all.map((endpoint: { id: string }) => endpoint.id)).toEqual([theirs.id, second, first])
    expect(all[1]).toMatchObject({ tenant_id: 'tnt_default' })
  })
})

describe('GET /v1/endpoints/{id}', () => {
  it('answers 404 to an unknown id', async () => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', '/v1/endpoints/ep_0'))).toMatchObject({ status: 404 })
  })
})

describe('PATCH /v1/endpoints/{id}', () => {
  it('answers 200 with what is named changed; null is what an absent member is at creation', async () => {
    await using a = await appWorld()
    const id = await registered(a, { url: hook.url, events: ['job.failed'], description: 'd', headers: { a: '1' } })
    const same = await a.ask('PATCH', `/v1/endpoints/${id}`, { body: {} })
    expect(same.json).toMatchObject({ events: ['job.failed'], description: 'd', header_names: ['a'] })
    const moved = await a.ask('PATCH', `/v1/endpoints/${id}`, { body: { url: 'https://new.example', events: ['endpoint.disabled'] } })
    expect(moved.json).toMatchObject({ url: 'https://new.example/', events: ['endpoint.disabled'], description: 'd' })
    const cleared = await a.ask('PATCH', `/v1/endpoints/${id}`, { body: { events: null, description: null, headers: null } })
    expect(cleared.json).toMatchObject({ url: 'https://new.example/', description: null, header_names: [] })
    expect(cleared.json.events).toHaveLength(3)
  })

  it('disables and enables', async () => {
    await using a = await appWorld()
    const id = await registered(a)
    const disabled = await a.ask('PATCH', `/v1/endpoints/${id}`, { body: { status: 'disabled' } })
    expect(disabled.json).toMatchObject({ status: 'disabled', disabled_reason: 'requested' })
    const enabled = await a.ask('PATCH', `/v1/endpoints/${id}`, { body: { status: 'enabled' } })
    expect(enabled.json).toMatchObject({ status: 'enabled', disabled_reason: null, failing_since: null })
    const feed = (await a.ask('GET', '/v1/events')).json.data
    expect(feed).toMatchObject([{ type: 'endpoint.disabled', job_id: null, data: { id, disabled_reason: 'requested' } }])
  })

  it.each([
    [{ url: null }, 'invalid_request', '/url'],
    [{ url: 'http://10.0.0.1/' }, 'callback_url_forbidden', '/url'],
    [{ status: 'paused' }, 'invalid_request', '/status'],
    [{ headers: { host: 'x' } }, 'invalid_request', '/headers/host'],
  ])('answers 422 to %j', async (body, code, pointer) => {
    await using a = await appWorld()
    const answer = await a.ask('PATCH', `/v1/endpoints/${await registered(a)}`, { body })
    expect(refusal(answer)).toMatchObject({ status: 422, code, pointers: [pointer] })
  })

  it('makes its change again when the record of a try came first, and answers 503 when it never wins', async () => {
    await using a = await appWorld()
    const id = await registered(a)
    const { commit } = a.world.disk
    let races = 2
    a.world.store.commit = async (change) => races-- <= 0 && commit(change)
    expect((await a.ask('PATCH', `/v1/endpoints/${id}`, { body: { description: 'won' } })).json).toMatchObject({ description: 'won' })
    a.world.store.commit = async () => false
    expect(refusal(await a.ask('PATCH', `/v1/endpoints/${id}`, { body: { description: 'lost' } }))).toMatchObject({ status: 503 })
  })
})

describe('DELETE /v1/endpoints/{id}', () => {
  it('answers 204, and 404 the next time', async () => {
    await using a = await appWorld()
    const id = await registered(a)
    expect((await a.ask('DELETE', `/v1/endpoints/${id}`)).status).toBe(204)
    expect((await a.ask('DELETE', `/v1/endpoints/${id}`)).status).toBe(404)
    expect((await a.ask('GET', '/v1/endpoints')).json.data).toEqual([])
  })
})

describe('POST /v1/endpoints/{id}/rotate-secret', () => {
  it('answers 200 with a new secret, and 409 while the old one is valid: a day by default', async () => {
    await using a = await appWorld()
    const { json: endpoint } = await create(a)
    const rotate = () => a.ask('POST', `/v1/endpoints/${endpoint.id}/rotate-secret`, { body: {} })
    const rotated = await rotate()
    expect(rotated.status).toBe(200)
    expect(RotatedSecret.strict().parse(rotated.json)).toEqual(rotated.json)
    expect(rotated.json.secret).not.toBe(endpoint.secret)
    expect(Date.parse(rotated.json.previous_expires_at)).toBe(a.world.clock.now() + 24 * HOUR)
    expect(refusal(await rotate())).toMatchObject({ status: 409, code: 'conflict' })
    await a.world.clock.push(24 * HOUR)
    expect((await rotate()).status).toBe(200)
  })

  it.each([-1, 604_801, 1.5, '60'])('answers 422 to an overlap of %j', async (overlap_seconds) => {
    await using a = await appWorld()
    const answer = await a.ask('POST', `/v1/endpoints/${await registered(a)}/rotate-secret`, { body: { overlap_seconds } })
    expect(refusal(answer)).toMatchObject({ status: 422, pointers: ['/overlap_seconds'] })
  })
})

describe('POST /v1/endpoints/{id}/test', () => {
  it.each([
    [answered(204), { delivered: true, status: 204, error: null }],
    [
      answered(503, { 'x-reason': 'full' }, 'later'),
      { delivered: false, status: 503, response_headers: { 'x-reason': 'full' }, response_body: 'later' },
    ],
    [
      { ...answered(0), kind: 'failed' as const, status: null, error: 'timeout' },
      { delivered: false, status: null, error: 'timeout' },
    ],
  ])('answers 200 with what came of one try: %#', async (outcome, expected) => {
    await using a = await appWorld()
    a.world.answer = () => outcome
    a.world.work()
    const answer = await a.ask('POST', `/v1/endpoints/${await registered(a)}/test`, { body: '' })
    expect(answer.status).toBe(200)
    expect(EndpointTest.strict().parse(answer.json)).toEqual(answer.json)
    expect(answer.json).toMatchObject({ url: hook.url, ms: 5, event_id: a.world.sent[0]?.headers['webhook-id'], ...expected })
    await a.world.clock.push(4 * 24 * HOUR)
    expect(a.world.sent).toHaveLength(1)
    expect((await a.ask('GET', '/v1/deliveries')).json.data).toEqual([])
    expect((await a.ask('GET', '/v1/dead-letters')).json.data).toEqual([])
  })

  it('answers 409 when it is disabled', async () => {
    await using a = await appWorld()
    const id = await registered(a)
    await a.ask('PATCH', `/v1/endpoints/${id}`, { body: { status: 'disabled' } })
    expect(refusal(await a.ask('POST', `/v1/endpoints/${id}/test`))).toMatchObject({ status: 409, code: 'conflict' })
  })
})

describe('POST /v1/signing-secret/rotate', () => {
  it('answers 200 with both secrets while they overlap, as GET does', async () => {
    await using a = await appWorld()
    const before = (await a.ask('GET', '/v1/signing-secret')).json
    const rotated = await a.ask('POST', '/v1/signing-secret/rotate', { body: { overlap_seconds: 60 } })
    expect(rotated.json).toMatchObject({ previous: before.secret, secret: expect.stringMatching(/^whsec_/) })
    expect(Date.parse(rotated.json.previous_expires_at)).toBe(a.world.clock.now() + 60_000)
    expect((await a.ask('GET', '/v1/signing-secret')).json).toEqual(rotated.json)
    expect(refusal(await a.ask('POST', '/v1/signing-secret/rotate', { body: { overlap_seconds: 0 } }))).toMatchObject({ status: 409 })
  })

  it('answers with the new one alone after an overlap of 0', async () => {
    await using a = await appWorld()
    const { json } = await a.ask('POST', '/v1/signing-secret/rotate', { body: { overlap_seconds: 0 } })
    expect(json).toMatchObject({ previous: null, previous_expires_at: null })
    expect((await a.ask('GET', '/v1/signing-secret')).json).toEqual(json)
  })
})
