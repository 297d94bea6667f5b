/** The writes of tenants, keys and secrets as steps. */
import type { ApiKey, SigningSecret, Tenant } from '../../domain/tenant.ts'
import type { Write } from '../../ports/change.ts'
import { apiKeyRow } from '../rows/api-key-row.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { signingSecretRow } from '../rows/signing-secret-row.ts'
import { tenantChanges, tenantRow } from '../rows/tenant-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type TenantStatement =
  | 'insertTenant'
  | 'updateTenant'
  | 'insertApiKey'
  | 'revokeApiKey'
  | 'endSessionsOfKey'
  | 'insertSigningSecret'
  | 'expireSigningSecret'
  | 'dropSigningSecrets'

type TenantStep = Step<TenantStatement>
type Of<Name extends Write['write']> = Extract<Write, { write: Name }>

/** A new tenant. */
export function insertTenant(tenant: Tenant): TenantStep[] {
  return [{ statement: 'insertTenant', params: tenantRow(tenant) }]
}

/** Guarded by the version before. */
export function updateTenant(tenant: Tenant): TenantStep[] {
  const params = { ...tenantChanges(tenant), id: tenant.id, version_before: tenant.version - 1 }
  return [{ statement: 'updateTenant', params }]
}

/** A new key, as its hash. */
export function insertApiKey(key: ApiKey): TenantStep[] {
  return [{ statement: 'insertApiKey', params: apiKeyRow(key) }]
}

/** From `at` on the key opens nothing, and what it has opened is over. */
export function revokeApiKey({ id, at }: Of<'revokeApiKey'>): TenantStep[] {
  return [
    { statement: 'revokeApiKey', params: { id, at } },
    { statement: 'endSessionsOfKey', params: { key_id: id } },
  ]
}

/** A signing secret, encrypted. */
export function insertSigningSecret(secret: SigningSecret, encryptor: Encryptor): TenantStep[] {
  return [{ statement: 'insertSigningSecret', params: signingSecretRow(secret, encryptor) }]
}

/** A new secret, and the end of the one before. */
export function rotateSigningSecret(write: Of<'rotateSigningSecret'>, encryptor: Encryptor): TenantStep[] {
  const { previousId, previousExpiresAt, secret } = write
  const owner = { tenant_id: secret.tenantId, endpoint_id: secret.endpointId }
  return [
    { statement: 'expireSigningSecret', params: { id: previousId, expires_at: previousExpiresAt } },
    { statement: 'dropSigningSecrets', params: { ...owner, now: secret.createdAt } },
    ...insertSigningSecret(secret, encryptor),
  ]
}
