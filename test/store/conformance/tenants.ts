import { expect, it } from 'vitest'
import { DEFAULT_TENANT_ID, type Scope } from '../../../src/domain/tenant.ts'
import type { OpenStore } from '../conformance.ts'
import { aJob, anApiKey, aSecret, aTenant, NOW, put } from '../records.ts'

const PAGE = { tenantId: null, limit: 20, before: null, createdAfter: null, createdBefore: null }

export function tenantConformance(open: OpenStore): void {
  it('has the default tenant, without limits, from the first start', async () => {
    const store = await open()
    expect(await store.tenants.find(DEFAULT_TENANT_ID)).toMatchObject({ id: DEFAULT_TENANT_ID, name: 'default', limits: {}, version: 1 })
    expect(await store.tenants.find('tnt_unknown')).toBeNull()
  })

  it('changes a tenant only over the version before', async () => {
    const store = await open()
    const tenant = aTenant()
    await put(store, { write: 'insertTenant', tenant })
    const changed = { ...tenant, name: 'renamed', limits: {}, version: 2 }
    expect(await store.commit([{ write: 'updateTenant', tenant: changed }])).toBe(true)
    expect(await store.commit([{ write: 'updateTenant', tenant: changed }])).toBe(false)
    expect(await store.tenants.find(tenant.id)).toEqual(changed)
  })

  it('tells which tenants were made or handed in a job since a time; the default one only by its jobs', async () => {
    const store = await open()
    const [old, fresh] = [{ ...aTenant(), createdAt: NOW - 2_000 }, aTenant()]
    await put(store, { write: 'insertTenant', tenant: old }, { write: 'insertTenant', tenant: fresh })
    expect(await store.tenants.active(NOW - 1_000, 9)).toEqual([fresh.id])
    const [earlier, now] = [aJob({ tenantId: old.id }, NOW - 2_000), aJob()]
    for (const job of [earlier, now]) await put(store, { write: 'insertJob', job, payload: Buffer.from('{}') })
    expect((await store.tenants.active(NOW - 1_000, 9)).toSorted()).toEqual([DEFAULT_TENANT_ID, fresh.id].toSorted())
    expect(await store.tenants.active(NOW - 3_000, 2)).toHaveLength(2)
  })

  it('lists tenants and the keys of one, newest first', async () => {
    const store = await open()
    const tenant = aTenant()
    const [first, second] = [anApiKey(tenant.id), anApiKey(tenant.id)]
    await put(store, { write: 'insertTenant', tenant })
    for (const key of [first, second, anApiKey()]) await put(store, { write: 'insertApiKey', key })
    expect((await store.tenants.list(PAGE)).rows.map((row) => row.id)).toEqual([tenant.id, DEFAULT_TENANT_ID])
    expect(await store.tenants.listApiKeys(tenant.id, PAGE)).toEqual({ rows: [second, first], next: null })
    const page = await store.tenants.listApiKeys(tenant.id, { ...PAGE, limit: 1 })
    expect(await store.tenants.listApiKeys(tenant.id, { ...PAGE, before: page.next })).toEqual({ rows: [first], next: null })
  })

  it('finds a key by its id and by its hash, and revokes it once', async () => {
    const store = await open()
    const key = anApiKey()
    await put(store, { write: 'insertApiKey', key })
    expect(await store.tenants.apiKey(key.id)).toEqual(key)
    expect(await store.tenants.apiKeyByHash(key.hash)).toEqual(key)
    expect(await store.tenants.apiKeyByHash(new Uint8Array(32))).toBeNull()
    expect(await store.commit([{ write: 'revokeApiKey', tenantId: key.tenantId, id: key.id, at: NOW }])).toBe(true)
    expect(await store.commit([{ write: 'revokeApiKey', tenantId: key.tenantId, id: key.id, at: NOW + 1 }])).toBe(false)
    expect(await store.tenants.apiKey(key.id)).toEqual({ ...key, revokedAt: NOW })
  })

  it('tells whether a valid key with a scope is left, however many others came after it', async () => {
    const store = await open()
    const asks = (scope: Scope = 'admin', now = NOW) => store.tenants.hasValidKey(DEFAULT_TENANT_ID, scope, now)
    const admin = { ...anApiKey(), scopes: ['jobs:read', 'admin'] as const, expiresAt: NOW + 10 }
    const others = Array.from({ length: 150 }, () => ({ ...anApiKey(), scopes: ['jobs:read'] as const }))
    for (const key of others) await put(store, { write: 'insertApiKey', key })
    expect(await asks()).toBe(false)
    await put(store, { write: 'insertApiKey', key: admin })
    expect(await asks()).toBe(true)
    expect(await asks('callbacks:read')).toBe(false)
    expect(await asks('admin', NOW + 10)).toBe(false)
    expect(await store.tenants.hasValidKey('tnt_other', 'admin', NOW)).toBe(false)
    await put(store, { write: 'revokeApiKey', tenantId: admin.tenantId, id: admin.id, at: NOW })
    expect(await asks()).toBe(false)
    expect(await asks('jobs:read')).toBe(true)
  })

  it('gives the secrets of an owner that still count, newest first', async () => {
    const store = await open()
    const old = aSecret('whsec_old', { expiresAt: NOW + 10, createdAt: NOW - 5 })
    const present = aSecret('whsec_new')
    const endpoint = aSecret('whsec_endpoint', { endpointId: 'ep_1' })
    for (const secret of [old, present, endpoint]) await put(store, { write: 'insertSigningSecret', secret })
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, NOW)).toEqual([present, old])
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, NOW + 10)).toEqual([present])
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, 'ep_1', NOW)).toEqual([endpoint])
    expect(await store.tenants.signingSecrets('tnt_other', null, NOW)).toEqual([])
  })
}
