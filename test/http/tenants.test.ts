import { describe, expect, it } from 'vitest'
import { ApiKey, NewApiKey } from '../../src/wire/schemas/api-key.ts'
import { Tenant } from '../../src/wire/schemas/tenant.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

const createTenant = async (a: AppWorld, body: object = { name: 'Acme' }) => (await a.ask('POST', '/v1/tenants', { body })).json
const createKey = (a: AppWorld, tenantId: string, body: object) => a.ask('POST', `/v1/tenants/${tenantId}/api-keys`, { body })

describe('POST /v1/tenants', () => {
  it('answers 201 with the tenant, which has no ceilings by default', async () => {
    await using a = await appWorld()
    const answer = await a.ask('POST', '/v1/tenants', { body: { name: 'Acme' } })
    expect(answer.status).toBe(201)
    expect(Tenant.strict().parse(answer.json)).toEqual(answer.json)
    expect(answer.json).toMatchObject({ id: expect.stringMatching(/^tnt_/), name: 'Acme', limits: {} })
  })

  it.each([
    [{}, '/name'],
    [{ name: '' }, '/name'],
    [{ name: 'x', limits: { pending_jobs: 0 } }, '/limits/pending_jobs'],
    [{ name: 'x', limits: { other: 1 } }, '/limits/other'],
  ])('answers 422 to %j', async (body, pointer) => {
    await using a = await appWorld()
    expect(refusal(await a.ask('POST', '/v1/tenants', { body }))).toMatchObject({ status: 422, pointers: [pointer] })
  })
})

describe('GET /v1/tenants', () => {
  it('lists newest first, a page at a time', async () => {
    await using a = await appWorld()
    const { id } = await createTenant(a)
    const first = await a.ask('GET', '/v1/tenants?limit=1')
    expect(first.json).toMatchObject({ data: [{ id }], has_more: true })
    const second = await a.ask('GET', `/v1/tenants?cursor=${first.json.next_cursor}`)
    expect(second.json).toMatchObject({ data: [{ id: 'tnt_default' }], has_more: false })
  })

  it('shows one, or all, with tenant_id when asked for', async () => {
    await using a = await appWorld()
    const { id } = await createTenant(a)
    expect((await a.ask('GET', `/v1/tenants?tenant=${id}`)).json.data).toMatchObject([{ id, tenant_id: id }])
    expect((await a.ask('GET', '/v1/tenants?tenant=*')).json.data).toHaveLength(2)
  })
})

describe('PATCH /v1/tenants/{id}', () => {
  it('answers 200 with what is named changed, and null no ceiling', async () => {
    await using a = await appWorld()
    const { id } = await createTenant(a, { name: 'Acme', limits: { pending_jobs: 5 } })
    const renamed = await a.ask('PATCH', `/v1/tenants/${id}`, { body: { name: 'Acme Ltd' } })
    expect(renamed.json).toMatchObject({ name: 'Acme Ltd', limits: { pending_jobs: 5 } })
    const limited = await a.ask('PATCH', `/v1/tenants/${id}`, { body: { limits: { submits_per_minute: 9, pending_jobs: null } } })
    expect(limited.json).toMatchObject({ name: 'Acme Ltd', limits: { submits_per_minute: 9 } })
    expect(limited.json.limits).not.toHaveProperty('pending_jobs')
  })

  it('answers 404 to an unknown tenant', async () => {
    await using a = await appWorld()
    expect(refusal(await a.ask('PATCH', '/v1/tenants/tnt_0', { body: { name: 'x' } }))).toMatchObject({ status: 404 })
  })

  it('answers 409 to a change that lost a race', async () => {
    await using a = await appWorld()
    const { id } = await createTenant(a)
    a.world.store.commit = async () => false
    expect(refusal(await a.ask('PATCH', `/v1/tenants/${id}`, { body: { name: 'x' } }))).toMatchObject({ status: 409 })
  })
})

describe('POST /v1/tenants/{id}/api-keys', () => {
  it('answers 201 with a key that works and is shown this once', async () => {
    await using a = await appWorld()
    const { id } = await createTenant(a)
    const answer = await createKey(a, id, { name: 'ci', scopes: ['jobs:read'], expires_at: '2027-01-01T00:00:00Z' })
    expect(answer.status).toBe(201)
    expect(NewApiKey.strict().parse(answer.json)).toEqual(answer.json)
    expect(answer.json).toMatchObject({ scopes: ['jobs:read'], expires_at: '2027-01-01T00:00:00.000Z' })
    expect(answer.json.key.startsWith(answer.json.prefix)).toBe(true)
    expect((await a.ask('GET', '/v1/jobs', { key: answer.json.key })).status).toBe(200)
    expect((await a.ask('GET', `/v1/tenants/${id}/api-keys`)).text).not.toContain(answer.json.key)
  })

  it.each([
    [{ scopes: [] }, '/scopes'],
    [{ scopes: ['jobs:read', 'jobs:read'] }, '/scopes'],
    [{ scopes: ['root'] }, '/scopes/0'],
    [{ scopes: ['admin'] }, '/scopes'],
    [{ scopes: ['jobs:read'], expires_at: 'soon' }, '/expires_at'],
  ])('answers 422 to %j', async (body, pointer) => {
    await using a = await appWorld()
    const { id } = await createTenant(a)
    expect(refusal(await createKey(a, id, body))).toMatchObject({ status: 422, pointers: [pointer] })
  })

  it('gives admin to keys of the default tenant', async () => {
    await using a = await appWorld()
    const { json } = await createKey(a, 'tnt_default', { scopes: ['admin'] })
    expect((await a.ask('GET', '/v1/tenants', { key: json.key })).status).toBe(200)
    expect((await a.ask('GET', '/v1/jobs', { key: json.key })).status).toBe(403)
  })

  it('answers 404 to an unknown tenant', async () => {
    await using a = await appWorld()
    expect(refusal(await createKey(a, 'tnt_0', { scopes: ['jobs:read'] }))).toMatchObject({ status: 404 })
  })
})

describe('GET /v1/tenants/{id}/api-keys', () => {
  it('lists the keys of that tenant, without the keys themselves', async () => {
    await using a = await appWorld()
    const [one, other] = [await createTenant(a), await createTenant(a)]
    const { json: key } = await createKey(a, one.id, { scopes: ['jobs:read'] })
    await createKey(a, other.id, { scopes: ['jobs:read'] })
    const { json } = await a.ask('GET', `/v1/tenants/${one.id}/api-keys`)
    expect(json.data).toMatchObject([{ id: key.id, prefix: key.prefix, revoked_at: null }])
    expect(ApiKey.strict().parse(json.data[0])).toEqual(json.data[0])
    expect((await a.ask('GET', `/v1/tenants/${one.id}/api-keys?tenant=*`)).json.data).toMatchObject([{ id: key.id, tenant_id: one.id }])
    expect((await a.ask('GET', `/v1/tenants/${one.id}/api-keys?tenant=${other.id}`)).status).toBe(404)
  })

  it('answers 404 to an unknown tenant', async () => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', '/v1/tenants/tnt_0/api-keys'))).toMatchObject({ status: 404 })
  })
})

describe('DELETE /v1/api-keys/{id}', () => {
  it('answers 204, and 404 the next time', async () => {
    await using a = await appWorld()
    const { id } = await createTenant(a)
    const { json: key } = await createKey(a, id, { scopes: ['jobs:read'] })
    expect((await a.ask('DELETE', `/v1/api-keys/${key.id}`)).status).toBe(204)
    expect((await a.ask('GET', '/v1/jobs', { key: key.key })).status).toBe(401)
    expect((await a.ask('DELETE', `/v1/api-keys/${key.id}`)).status).toBe(404)
  })
})
