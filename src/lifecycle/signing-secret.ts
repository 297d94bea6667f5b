import { newSecret } from '../domain/signature.ts'
import type { SigningSecret } from '../domain/tenant.ts'
import { notFound } from './find-job.ts'
import type { World } from './world.ts'

/** Secret bytes of a key made here; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32

/** A tenant's fresh `whsec_…` secret, not stored yet. */
export function newSigningSecret(world: Pick<World, 'ids' | 'clock' | 'randomBytes'>, tenantId: string): SigningSecret {
  return {
    id: world.ids.next('key'),
    tenantId,
    endpointId: null,
    secret: newSecret(world.randomBytes(SECRET_BYTES)),
    createdAt: world.clock.now(),
    expiresAt: null,
  }
}

/** What a tenant's callbacks are signed with; `previous` while a rotation's overlap lasts. */
export async function signingSecret(world: World, tenantId: string): Promise<{ current: SigningSecret; previous: SigningSecret | null }> {
  const secrets = await world.store.signingSecrets(tenantId, null, world.clock.now())
  const current = secrets.find((secret) => secret.expiresAt === null)
  if (!current) throw notFound()
  return { current, previous: secrets.find((secret) => secret.expiresAt !== null) ?? null }
}
