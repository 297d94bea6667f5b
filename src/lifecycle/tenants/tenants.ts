import { ProblemError } from '../../domain/errors.ts'
import type { Tenant, TenantLimits } from '../../domain/tenant.ts'
import { notFound } from '../access/find-job.ts'
import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { newSigningSecret } from './signing-secret.ts'

/** A new tenant with a signing secret of its own. */
export async function createTenant(context: Context, input: { name: string; limits: TenantLimits }): Promise<Tenant> {
  const tenant: Tenant = { id: context.ids.next('tnt'), ...input, createdAt: context.clock.now(), version: 1 }
  await commit(context, [
    { write: 'insertTenant', tenant },
    { write: 'insertSigningSecret', secret: newSigningSecret(context, tenant.id) },
  ])
  context.activeTenants.add(tenant.id)
  return tenant
}

/** Changes a tenant's name or replaces its limits. Refuses with `not_found`. */
export async function updateTenant(context: Context, id: string, change: { name?: string; limits?: TenantLimits }): Promise<Tenant> {
  const before = await context.store.tenants.find(id)
  if (!before) throw notFound()
  const tenant: Tenant = { ...before, ...change, version: before.version + 1 }
  if (await commit(context, [{ write: 'updateTenant', tenant }])) return tenant
  throw new ProblemError('conflict', 'The tenant was changed by somebody else at the same time; read it again.')
}
