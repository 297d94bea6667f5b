/** Sessions of the pages: who is logged in, and what they may do. */
import { createHash } from 'node:crypto'
import type { Scope } from './tenant.ts'

/** A session as it is stored. Times in milliseconds since the epoch. */
export interface Session {
  /** SHA-256 of the id in the cookie; the id itself is never stored. */
  idHash: Uint8Array
  /** The key that opened it, with which it ends. Of ADMIN_API_KEY, which has no id, a text made of its hash. */
  keyId: string
  createdAt: number
  expiresAt: number
  /** Whose records it shows. */
  tenantId: string
  scopes: readonly Scope[]
  /** `login`: with a key. `portal`: with a link that the operator made for a tenant. */
  origin: 'login' | 'portal'
}

/** What a secret of a browser is stored as. Enough for 256 random bits. */
export function secretHash(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}
