import { describe, expect, it } from 'vitest'
import { revokeApiKey } from '../../src/lifecycle/tenants/api-keys.ts'
import { StoreUnavailable } from '../../src/ports/store.ts'
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

  it('stops a revoked key at once', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(200)
    const stored = (await a.world.store.tenants.listApiKeys((await firstTenant(a.world)).id, everything)).rows[0]
    await revokeApiKey(a.world, { tenantId: null }, stored?.id ?? '')
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(401)
  })

  it('asks the store once a second for a key in use', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    let reads = 0
    const { apiKeyByHash } = a.world.store.tenants
    a.world.store.tenants.apiKeyByHash = (hash) => {
      reads += 1
      return apiKeyByHash(hash)
    }
    for (let n = 0; n < 5; n += 1) await a.ask('GET', '/v1/jobs', { key })
    expect(reads).toBe(1)
    await a.world.clock.push(1000)
    await a.ask('GET', '/v1/jobs', { key })
    expect(reads).toBe(2)
  })

  it('answers 429 to an address that has tried 600 unknown keys in a minute, and never to a good key', async () => {
    await using a = await appWorld()
    const guess = (n: number, address: string) => a.ask('GET', '/v1/jobs', { key: `rbk_${n}`.padEnd(42, 'x'), address })
    for (let n = 0; n < 600; n += 1) expect((await guess(n, '192.0.2.1')).status).toBe(401)
    const refused = await guess(600, '192.0.2.1')
    expect(refusal(refused)).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(refused.headers.get('ratelimit')).toBe('"unknown-keys";r=0;t=60')
    expect(refused.headers.get('ratelimit-policy')).toBe('"unknown-keys";q=600;w=60')
    expect((await a.ask('GET', '/v1/jobs', { key: await a.tenantKey(), address: '192.0.2.1' })).status).toBe(200)
    expect((await guess(601, '192.0.2.2')).status).toBe(401)
    await a.world.clock.push(60_000)
    expect((await guess(602, '192.0.2.1')).status).toBe(401)
  })

  it('answers 429 to guesses at one key, wherever they come from', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    const guess = (n: number) => a.ask('GET', '/v1/jobs', { key: `${key.slice(0, 12)}${n}`, address: `192.0.2.${n % 250}` })
    for (let n = 0; n < 600; n += 1) await guess(n)
    expect((await guess(600)).status).toBe(429)
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(200)
  })

  it('answers 503 with Retry-After while the store cannot tell', async () => {
    await using a = await appWorld()
    a.world.store.tenants.apiKeyByHash = () => Promise.reject(new StoreUnavailable('busy', 'busy'))
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
    a.world.store.jobs.view = () => expect.unreachable('looked up')
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
  const tenant = (await world.store.tenants.list(everything)).rows.find((row) => row.name === 'partner')
  if (!tenant) throw new Error('no tenant was made')
  return tenant
}
