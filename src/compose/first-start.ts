import type { Config } from '../config.ts'
import { DEFAULT_TENANT_ID, SCOPES } from '../domain/tenant.ts'
import { createApiKey } from '../lifecycle/api-keys.ts'
import { newSigningSecret } from '../lifecycle/signing-secret.ts'
import type { World } from '../lifecycle/world.ts'

/** The tenant `default` gets its signing secret, and an operator without a key of their own gets one, told once. */
export async function firstStart(world: World, config: Config): Promise<string | null> {
  const { store, clock } = world
  if ((await store.signingSecrets(DEFAULT_TENANT_ID, null, clock.now())).length === 0) {
    await store.commit([{ write: 'insertSigningSecret', secret: newSigningSecret(world, DEFAULT_TENANT_ID) }])
  }
  if (config.secrets.adminApiKey !== null) return null
  if (await store.hasValidKey(DEFAULT_TENANT_ID, 'admin', clock.now())) return null
  return (await createApiKey(world, DEFAULT_TENANT_ID, { name: 'first start', scopes: SCOPES, expiresAt: null })).secret
}
