import { expect, it } from 'vitest'
import type { Session } from '../../../src/domain/session.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import type { OpenStore } from '../conformance.ts'
import { anApiKey, NOW, put } from '../records.ts'

const PAGE = { tenantId: null, limit: 20, before: null, createdAfter: null, createdBefore: null }

const aSession = (n: number, parts: Partial<Session> = {}): Session => ({
  idHash: new Uint8Array(32).fill(n),
  keyId: 'key_1',
  createdAt: NOW,
  expiresAt: NOW + 1_000,
  tenantId: DEFAULT_TENANT_ID,
  scopes: ['admin:read', 'jobs:read'],
  origin: 'login',
  ...parts,
})

export function sessionConformance(open: OpenStore): void {
  it('finds a session by the hash of its id, lists them newest first, and deletes one once', async () => {
    const store = await open()
    const [login, portal] = [aSession(1), aSession(2, { origin: 'portal', tenantId: 'tnt_a' })]
    for (const session of [login, portal]) await put(store, { write: 'insertSession', session })
    expect(await store.sessions.find(login.idHash)).toEqual(login)
    expect(await store.sessions.find(new Uint8Array(32))).toBeNull()
    expect(await store.sessions.list(PAGE)).toEqual({ rows: [portal, login], next: null })
    expect(await store.sessions.list({ ...PAGE, tenantId: 'tnt_a' })).toEqual({ rows: [portal], next: null })
    expect(await store.commit([{ write: 'deleteSession', idHash: login.idHash }])).toBe(true)
    expect(await store.commit([{ write: 'deleteSession', idHash: login.idHash }])).toBe(false)
    expect(await store.sessions.find(login.idHash)).toBeNull()
  })

  it('ends the sessions of a key with the key, and purges those that are over', async () => {
    const store = await open()
    const key = anApiKey()
    const [own, other, over] = [aSession(1, { keyId: key.id }), aSession(2), aSession(3, { expiresAt: NOW })]
    await put(store, { write: 'insertApiKey', key })
    for (const session of [own, other, over]) await put(store, { write: 'insertSession', session })
    await put(store, { write: 'revokeApiKey', tenantId: key.tenantId, id: key.id, at: NOW })
    expect((await store.sessions.list(PAGE)).rows).toEqual([over, other])
    expect(await store.commit([{ write: 'purgeSessions', before: NOW, limit: 9 }])).toBe(true)
    expect(await store.commit([{ write: 'purgeSessions', before: NOW, limit: 9 }])).toBe(false)
    expect((await store.sessions.list(PAGE)).rows).toEqual([other])
  })
}
