import { Refusal } from '../domain/errors.ts'
import type { Tenant, TenantLimits } from '../domain/tenant.ts'
import { notFound } from './find-job.ts'
import { newSigningSecret } from './signing-secret.ts'
import type { World } from './world.ts'

/** A new tenant with a signing secret of its own. */
export async function createTenant(world: World, input: { name: string; limits: TenantLimits }): Promise<Tenant> {
  const tenant: Tenant = { id: world.ids.next('tnt'), ...input, createdAt: world.clock.now(), version: 1 }
  await world.store.commit([
    { write: 'insertTenant', tenant },
    { write: 'insertSigningSecret', secret: newSigningSecret(world, tenant.id) },
  ])
  world.activeTenants.add(tenant.id)
  return tenant
}

/** Changes a tenant's name or replaces its limits. Refuses with `not_found`. */
export async function updateTenant(world: World, id: string, change: { name?: string; limits?: TenantLimits }): Promise<Tenant> {
  const before = await world.store.tenant(id)
  if (!before) throw notFound()
  const tenant: Tenant = { ...before, ...change, version: before.version + 1 }
  if (await world.store.commit([{ write: 'updateTenant', tenant }])) {
    world.accessChanges.count += 1
    return tenant
  }
  throw new Refusal('conflict', 'The tenant was changed by somebody else at the same time; read it again.')
}
