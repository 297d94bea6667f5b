/** Rows of `tenants`, `api_keys` and `signing_secrets` as the domain's records. */
import { type ApiKey, SCOPES, type SigningSecret, type Tenant, type TenantLimits } from '../../domain/tenant.ts'
import type { Vault } from '../vault.ts'
import { CorruptRow, jsonObject, listOf, plainBytes } from './column.ts'
import type { api_keys, signing_secrets, tenants } from './schema.ts'
import { secretContext } from './tenant-writes.ts'

export type TenantRow = typeof tenants.$inferSelect
export type ApiKeyRow = typeof api_keys.$inferSelect
export type SigningSecretRow = typeof signing_secrets.$inferSelect

export function parseTenant(row: TenantRow): Tenant {
  return { id: row.id, name: row.name, limits: parseLimits(row), createdAt: row.created_at, version: row.version }
}

function parseLimits(row: TenantRow): TenantLimits {
  const limits = jsonObject(row.limits, row.id, 'limits')
  if (!isLimits(limits)) throw new CorruptRow(row.id, 'limits')
  return limits
}

function isLimits(value: Record<string, unknown>): value is TenantLimits & Record<string, unknown> {
  return Object.values(value).every((limit) => typeof limit === 'number')
}

export function parseApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    hash: plainBytes(row.hash),
    prefix: row.prefix,
    scopes: listOf(row.scopes, SCOPES, row.id, 'scopes'),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }
}

export function parseSigningSecret(row: SigningSecretRow, vault: Vault): SigningSecret {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    endpointId: row.endpoint_id,
    secret: vault.open(row.sealed, secretContext(row.id)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
