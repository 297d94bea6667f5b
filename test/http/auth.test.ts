import { describe, expect, it } from 'vitest'
import { revokeApiKey } from '../../src/lifecycle/api-keys.ts'
import { StoreUnavailable } from '../../src/ports.ts'
import { ADMIN_KEY, appWorld, refusal } from './app-world.ts'

describe('keys', () => {
  it.each([null, '', 'unknown', `${ADMIN_KEY}x`])('answers 401 to the key %j, with WWW-Authenticate', async (key) => {
    await using a = await appWorld()
    const answer = await a.ask('GET', '/v1/jobs', { key })
    expect(refusal(answer)).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('answers 401 to another scheme and takes Bearer in any case', async () => {
    await using a = await appWorld()
    expect((await a.ask('GET', '/v1/jobs', { key: null, headers: { authorization: `Basic ${ADMIN_KEY}` } })).status).toBe(401)
    expect((await a.ask('GET', '/v1/jobs', { key: null, headers: { authorization: `bearer ${ADMIN_KEY}` } })).status).toBe(200)
  })

  it('ends a key at its expiry, to the millisecond', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey({ expiresAt: a.world.clock.now() + 500 })
    await a.world.clock.push(499)
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(200)
    await a.world.clock.push(1)
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(401)
  })

  it('stops a revoked key within one second', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(200)
    const stored = (await a.world.store.listApiKeys((await firstTenant(a.world)).id, everything)).rows[0]
    await revokeApiKey(a.world, { tenantId: null }, stored?.id ?? '')
    await a.world.clock.push(1000)
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(401)
  })

  it('asks the store once a second for a key in use', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    let reads = 0
    const { apiKeyByHash } = a.world.store
    a.world.store.apiKeyByHash = (hash) => {
      reads += 1
      return apiKeyByHash(hash)
    }
    for (let n = 0; n < 5; n += 1) await a.ask('GET', '/v1/jobs', { key })
    expect(reads).toBe(1)
    await a.world.clock.push(1000)
    await a.ask('GET', '/v1/jobs', { key })
    expect(reads).toBe(2)
  })

  it('answers 503 with Retry-After while the store cannot tell', async () => {
    await using a = await appWorld()
    a.world.store.apiKeyByHash = () => Promise.reject(new StoreUnavailable('busy', 'busy'))
    const answer = await a.ask('GET', '/v1/jobs', { key: 'anything' })
    expect(refusal(answer)).toMatchObject({ status: 503, code: 'store_unavailable' })
    expect(answer.headers.get('retry-after')).toBe('1')
  })
})

describe('scopes', () => {
  it('answers 403 before any look-up, also for an id that does not exist', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey({ scopes: ['callbacks:read'] })
    await a.ask('GET', '/v1/deliveries', { key })
    a.world.store.jobView = () => expect.unreachable('looked up')
    expect(refusal(await a.ask('GET', '/v1/jobs/job_1', { key }))).toMatchObject({ status: 403, code: 'forbidden' })
  })

  it('keeps the operator’s routes from every other key', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    expect((await a.ask('GET', '/v1/tenants', { key })).status).toBe(403)
  })
})

const everything = { tenantId: null, limit: 100, before: null, createdAfter: null, createdBefore: null }

async function firstTenant(world: Awaited<ReturnType<typeof appWorld>>['world']) {
  const tenant = (await world.store.listTenants(everything)).rows.find((row) => row.name === 'partner')
  if (!tenant) throw new Error('no tenant was made')
  return tenant
}
