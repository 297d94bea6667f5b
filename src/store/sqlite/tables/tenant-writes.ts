/** The writes of tenants, keys and secrets: each statement with the function that gives its parameters in the same order. */
import type { ApiKey, SigningSecret, Tenant } from '../../../domain/tenant.ts'
import type { Encryptor } from '../../rows/encryption.ts'
import { guarded, insertInto, plain, type Step, tight } from './step.ts'

export const TENANT_STATEMENTS = {
  insertTenant: plain(insertInto('tenants', ['id', 'name', 'limits', 'created_at', 'version'])),
  updateTenant: guarded('UPDATE tenants SET name = ?, limits = ?, version = ? WHERE id = ? AND version = ? - 1'),
  insertApiKey: plain(
    insertInto('api_keys', ['id', 'tenant_id', 'name', 'hash', 'prefix', 'scopes', 'created_at', 'expires_at', 'revoked_at']),
  ),
  revokeApiKey: guarded('UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL'),
  expireSigningSecret: guarded('UPDATE signing_secrets SET expires_at = ? WHERE id = ? AND expires_at IS NULL'),
  dropSigningSecrets: plain('DELETE FROM signing_secrets WHERE tenant_id = ? AND endpoint_id IS ? AND expires_at <= ?'),
  insertSigningSecret: plain(insertInto('signing_secrets', ['id', 'tenant_id', 'endpoint_id', 'sealed', 'created_at', 'expires_at'])),
}

export type TenantStep = Step<keyof typeof TENANT_STATEMENTS>

export function insertTenant(tenant: Tenant): TenantStep[] {
  const params = [tenant.id, tenant.name, JSON.stringify(tenant.limits), tenant.createdAt, tenant.version]
  return [{ statement: 'insertTenant', params }]
}

export function updateTenant(tenant: Tenant): TenantStep[] {
  const params = [tenant.name, JSON.stringify(tenant.limits), tenant.version, tenant.id, tenant.version]
  return [{ statement: 'updateTenant', params }]
}

export function insertApiKey(key: ApiKey): TenantStep[] {
  const scopes = JSON.stringify(key.scopes)
  const params = [key.id, key.tenantId, key.name, tight(key.hash), key.prefix, scopes, key.createdAt, key.expiresAt, key.revokedAt]
  return [{ statement: 'insertApiKey', params }]
}

export function revokeApiKey(id: string, at: number): TenantStep[] {
  return [{ statement: 'revokeApiKey', params: [at, id] }]
}

export function insertSigningSecret(secret: SigningSecret, encryptor: Encryptor): TenantStep[] {
  const sealed = encryptor.seal(secret.secret, secretContext(secret.id))
  const params = [secret.id, secret.tenantId, secret.endpointId, sealed, secret.createdAt, secret.expiresAt]
  return [{ statement: 'insertSigningSecret', params }]
}

export function rotateSigningSecret(
  previousId: string,
  previousExpiresAt: number,
  secret: SigningSecret,
  encryptor: Encryptor,
): TenantStep[] {
  return [
    { statement: 'expireSigningSecret', params: [previousExpiresAt, previousId] },
    { statement: 'dropSigningSecrets', params: [secret.tenantId, secret.endpointId, secret.createdAt] },
    ...insertSigningSecret(secret, encryptor),
  ]
}

/** What a sealed signing secret is bound to. */
export function secretContext(secretId: string): string {
  return `signing secret ${secretId}`
}
