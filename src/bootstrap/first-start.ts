import type { Config } from '../config/load.ts'
import { DEFAULT_TENANT_ID, SCOPES } from '../domain/tenant.ts'
import type { Context } from '../lifecycle/process/context.ts'
import { createApiKey } from '../lifecycle/tenants/api-keys.ts'
import { newSigningSecret } from '../lifecycle/tenants/signing-secret.ts'

/** So that of several processes that start at once on an empty store only one makes it. */
const FIRST_SECRET_ID = 'key_first_signing_secret'

async function insertFirstSecret(context: Context): Promise<void> {
  const { store, clock, peers } = context
  const secret = { ...newSigningSecret(context, DEFAULT_TENANT_ID), ...(peers !== null && { id: FIRST_SECRET_ID }) }
  try {
    await store.commit([{ write: 'insertSigningSecret', secret }])
  } catch (error) {
    if ((await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, clock.now())).length === 0) throw error
  }
}

/**
 * The tenant `default` gets a signing secret when it has none, and an operator who has no key at all gets one.
 *
 * @returns the key's secret when it was made, which is shown only this once; null otherwise
 */
export async function firstStart(context: Context, secrets: Config['secrets']): Promise<string | null> {
  const { store, clock } = context
  if ((await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, clock.now())).length === 0) {
    await insertFirstSecret(context)
  }
  if (secrets.adminApiKey !== null) return null
  if (await store.tenants.hasValidKey(DEFAULT_TENANT_ID, 'admin', clock.now())) return null
  return (await createApiKey(context, DEFAULT_TENANT_ID, { name: 'first start', scopes: SCOPES, expiresAt: null })).secret
}
