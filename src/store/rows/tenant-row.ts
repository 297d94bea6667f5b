/** A row of `tenants` and the domain's tenant. */
import type { Tenant, TenantLimits } from '../../domain/tenant.ts'
import type { TenantRow } from '../tables/tenants.ts'
import { jsonObject } from './column.ts'

/** The database gives `seq`. */
export function tenantRow(tenant: Tenant): Omit<TenantRow, 'seq'> {
  return { id: tenant.id, created_at: tenant.createdAt, ...tenantChanges(tenant) }
}

/** The columns that a change of a tenant may change, with their values. */
export function tenantChanges(tenant: Tenant): Pick<TenantRow, 'name' | 'limits' | 'version'> {
  return { name: tenant.name, limits: JSON.stringify(tenant.limits), version: tenant.version }
}

/** The tenant of a row. A tenant whose limits cannot be read has none; the other columns are not checked. */
export function parseTenant(row: TenantRow): Tenant {
  return { id: row.id, name: row.name, limits: parseLimits(row), createdAt: row.created_at, version: row.version }
}

/** None, where they cannot be read: a tenant's jobs go on. */
function parseLimits(row: TenantRow): TenantLimits {
  try {
    const limits = jsonObject(row.limits, row.id, 'limits')
    return isLimits(limits) ? limits : {}
  } catch {
    return {}
  }
}

function isLimits(value: Record<string, unknown>): value is TenantLimits & Record<string, unknown> {
  return Object.values(value).every((limit) => typeof limit === 'number')
}
