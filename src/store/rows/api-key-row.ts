/** A row of `api_keys` and the domain's API key. */
import { type ApiKey, SCOPES } from '../../domain/tenant.ts'
import type { ApiKeyRow } from '../tables/tenants.ts'
import { assertNumbers, CorruptRow, listOf, plainBytes } from './column.ts'

/** The database gives `seq`. */
export function apiKeyRow(key: ApiKey): Omit<ApiKeyRow, 'seq'> {
  return {
    id: key.id,
    tenant_id: key.tenantId,
    name: key.name,
    hash: key.hash,
    prefix: key.prefix,
    scopes: JSON.stringify(key.scopes),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
  }
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
