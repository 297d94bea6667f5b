import type { Config } from '../config/load.ts'
import { DEFAULT_TENANT_ID, SCOPES } from '../domain/tenant.ts'
import type { Context } from '../lifecycle/process/context.ts'
import { createApiKey } from '../lifecycle/tenants/api-keys.ts'
import { newSigningSecret } from '../lifecycle/tenants/signing-secret.ts'

/**
 * The tenant `default` gets a signing secret when it has none, and an operator who has no key at all gets one.
 *
 * @returns the key's secret when it was made, which is shown only this once; null otherwise
 */
export async function firstStart(context: Context, secrets: Config['secrets']): Promise<string | null> {
  const { store, clock } = context
  if ((await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, clock.now())).length === 0) {
    await store.commit([{ write: 'insertSigningSecret', secret: newSigningSecret(context, DEFAULT_TENANT_ID) }])
  }
  if (secrets.adminApiKey !== null) return null
  if (await store.tenants.hasValidKey(DEFAULT_TENANT_ID, 'admin', clock.now())) return null
  return (await createApiKey(context, DEFAULT_TENANT_ID, { name: 'first start', scopes: SCOPES, expiresAt: null })).secret
}
