import { newKey } from '../domain/api-key.ts'
import { Refusal } from '../domain/errors.ts'
import { type ApiKey, DEFAULT_TENANT_ID, type Scope } from '../domain/tenant.ts'
import { maySee, notFound } from './find-job.ts'
import type { Reader, World } from './world.ts'

export interface NewApiKey {
  name: string | null
  scopes: readonly Scope[]
  expiresAt: number | null
}

/**
 * A new key of a tenant; `secret` is the key itself and shown this once. Refuses with `not_found` (the tenant), or
 * `invalid_request` when a tenant other than `default` is to have `admin`.
 */
export async function createApiKey(world: World, tenantId: string, input: NewApiKey): Promise<{ key: ApiKey; secret: string }> {
  if (!(await world.store.tenant(tenantId))) throw notFound()
  if (input.scopes.includes('admin') && tenantId !== DEFAULT_TENANT_ID) {
    throw new Refusal('invalid_request', 'Only keys of the tenant "default" can have the scope admin.', {
      faults: [{ pointer: '/scopes', detail: 'admin is for keys of the tenant "default".' }],
    })
  }
  const { secret, prefix, hash } = newKey(world.randomBytes)
  const key: ApiKey = {
    id: world.ids.next('key'),
    tenantId,
    ...input,
    prefix,
    hash,
    createdAt: world.clock.now(),
    revokedAt: null,
  }
  await world.store.commit([{ write: 'insertApiKey', key }])
  return { key, secret }
}

/** Ends a key at once. Refuses with `not_found`, also for one that was revoked before. */
export async function revokeApiKey(world: World, reader: Reader, id: string): Promise<void> {
  const key = await world.store.apiKey(id)
  if (!key || !maySee(reader, key.tenantId)) throw notFound()
  if (!(await world.store.commit([{ write: 'revokeApiKey', id, at: world.clock.now() }]))) throw notFound()
  world.accessChanges.count += 1
}
