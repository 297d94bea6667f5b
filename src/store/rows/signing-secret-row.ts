/** A row of `signing_secrets` and the domain's signing secret. */
import type { SigningSecret } from '../../domain/tenant.ts'
import type { SigningSecretRow } from '../tables/tenants.ts'
import type { Encryptor } from './encryption.ts'

/** The database gives `seq`. */
export function signingSecretRow(secret: SigningSecret, encryptor: Encryptor): Omit<SigningSecretRow, 'seq'> {
  return {
    id: secret.id,
    tenant_id: secret.tenantId,
    endpoint_id: secret.endpointId,
    sealed: encryptor.seal(secret.secret, secretContext(secret.id)),
    created_at: secret.createdAt,
    expires_at: secret.expiresAt,
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

/** What an encrypted signing secret is bound to. */
function secretContext(secretId: string): string {
  return `signing secret ${secretId}`
}
