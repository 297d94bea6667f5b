import type { ApiKey } from '../../domain/tenant.ts'
import { timestamp } from './timestamp.ts'

/** The document of an API key. It never has the key itself, of which only a hash is kept. */
export function apiKeyDocument({ id, name, prefix, scopes, createdAt, expiresAt, revokedAt }: ApiKey) {
  return {
    id,
    name,
    prefix,
    scopes,
    created_at: timestamp(createdAt),
    expires_at: timestamp(expiresAt),
    revoked_at: timestamp(revokedAt),
  }
}
