import type { Tenant } from '../../domain/tenant.ts'
import { timestamp } from './timestamp.ts'

/** The tenant document. */
export function tenantDocument({ id, name, limits, createdAt }: Tenant) {
  return { id, name, limits, created_at: timestamp(createdAt) }
}
