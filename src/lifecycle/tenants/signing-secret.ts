import { ProblemError } from '../../domain/errors.ts'
import { newSecret } from '../../domain/signature.ts'
import type { SigningSecret } from '../../domain/tenant.ts'
import { notFound } from '../access/find-job.ts'
import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'

/** Secret bytes of a key made here; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32

/** A fresh `whsec_…` secret of a tenant, or of one of its endpoints; not stored yet. */
export function newSigningSecret(
  context: Pick<Context, 'ids' | 'clock' | 'randomBytes'>,
  tenantId: string,
  endpointId: string | null = null,
): SigningSecret {
  return {
    id: context.ids.next('key'),
    tenantId,
    endpointId,
    secret: newSecret(context.randomBytes(SECRET_BYTES)),
    createdAt: context.clock.now(),
    expiresAt: null,
  }
}

/** The secrets that are valid now. */
export interface SecretPair {
  current: SigningSecret
  /** While a rotation's overlap lasts. */
  previous: SigningSecret | null
}

/** What the callbacks of a tenant's jobs are signed with, or of one of its endpoints. */
export async function signingSecret(context: Context, tenantId: string, endpointId: string | null = null): Promise<SecretPair> {
  const secrets = await context.store.tenants.signingSecrets(tenantId, endpointId, context.clock.now())
  const current = secrets.find((secret) => secret.expiresAt === null)
  if (!current) throw notFound()
  return { current, previous: secrets.find((secret) => secret.expiresAt !== null) ?? null }
}

/**
 * Gives a tenant, or one of its endpoints, a fresh secret. For `overlapMs` every attempt is signed with both; then, or at once
 * with 0, the old one is gone. Refuses with `conflict` while an earlier rotation still overlaps.
 */
export async function rotateSigningSecret(
  context: Context,
  tenantId: string,
  endpointId: string | null,
  overlapMs: number,
): Promise<SecretPair> {
  const { current, previous } = await signingSecret(context, tenantId, endpointId)
  const secret = newSigningSecret(context, tenantId, endpointId)
  const previousExpiresAt = secret.createdAt + overlapMs
  const rotated =
    previous === null && (await commit(context, [{ write: 'rotateSigningSecret', previousId: current.id, previousExpiresAt, secret }]))
  if (!rotated) throw new ProblemError('conflict', 'The secret was rotated before, and the one it replaced is still valid.')
  return { current: secret, previous: overlapMs === 0 ? null : { ...current, expiresAt: previousExpiresAt } }
}
