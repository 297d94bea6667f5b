import type { SigningSecret } from '../../domain/tenant.ts'
import { timestamp } from './timestamp.ts'

/** A secret, and the one it replaced (null) while both sign. */
interface SecretPair {
  current: SigningSecret
  previous: SigningSecret | null
}

/** The signing secret of a tenant, with the one it replaced. */
export function signingSecretDocument({ current, previous }: SecretPair) {
  return { secret: current.secret, previous: previous?.secret ?? null, previous_expires_at: timestamp(previous?.expiresAt ?? null) }
}

/** The fresh secret of an endpoint. The one it replaced is not shown, only until when that signs. */
export function rotatedSecretDocument({ current, previous }: SecretPair) {
  return { secret: current.secret, previous_expires_at: timestamp(previous?.expiresAt ?? null) }
}
