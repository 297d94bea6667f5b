/** Rows of `tenants`, `api_keys` and `signing_secrets` as the domain's records. */
import { type ApiKey, SCOPES, type SigningSecret, type Tenant, type TenantLimits } from '../../domain/tenant.ts'
import type { api_keys, signing_secrets, tenants } from '../sqlite/tables/schema.ts'
import { secretContext } from '../sqlite/tables/tenant-writes.ts'
import { assertNumbers, CorruptRow, jsonObject, listOf, plainBytes } from './column.ts'
import type { Encryptor } from './encryption.ts'

export type TenantRow = typeof tenants.$inferSelect
export type ApiKeyRow = typeof api_keys.$inferSelect
export type SigningSecretRow = typeof signing_secrets.$inferSelect

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

/** The key; one whose row does not hold what it must is shown as revoked, and opens nothing. */
export function readApiKey(row: ApiKeyRow): ApiKey {
  try {
    return parseApiKey(row)
  } catch {
    const { id, tenant_id: tenantId, name, prefix } = row
    return { id, tenantId, name, hash: new Uint8Array(), prefix: String(prefix), scopes: [], createdAt: 0, expiresAt: null, revokedAt: 0 }
  }
}

function parseApiKey(row: ApiKeyRow): ApiKey {
  assertNumbers(row, ['created_at'], ['expires_at', 'revoked_at'])
  if (!(row.hash instanceof Uint8Array)) throw new CorruptRow(row.id, 'hash')
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

/** Those that can be read. Throws when there are some and none can: nothing may go out unsigned. */
export function readSigningSecrets(rows: readonly SigningSecretRow[], encryptor: Encryptor): SigningSecret[] {
  const secrets: SigningSecret[] = []
  let failure: unknown = null
  for (const row of rows) {
    try {
      secrets.push(parseSigningSecret(row, encryptor))
    } catch (error) {
      failure = error
    }
  }
  if (secrets.length === 0 && failure !== null) throw failure
  return secrets
}

function parseSigningSecret(row: SigningSecretRow, encryptor: Encryptor): SigningSecret {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    endpointId: row.endpoint_id,
    secret: encryptor.open(row.sealed, secretContext(row.id)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
