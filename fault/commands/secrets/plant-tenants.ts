/** Makes tenants with keys and secrets. */
import type { Ask } from './client.ts'
import type { Setup } from './setup.ts'

const SCOPES = ['jobs:write', 'jobs:read', 'callbacks:write', 'callbacks:read']

/** One whose canaries they are, and one that may see none of them. */
export async function plantTenants(ask: Ask, { texts, learn }: Setup) {
  const newTenant = async () => {
    const { id } = (await ask('answers', 'POST', '/v1/tenants', { name: texts['tenant name'] })).json
    const { key } = (await ask('shown', 'POST', `/v1/tenants/${id}/api-keys`, { scopes: SCOPES, name: texts['key name'] })).json
    learn('tenant key', key)
    return { id, key }
  }
  const { id, key: tenant } = await newTenant()
  const { key: outsider } = await newTenant()
  await ask('answers', 'PATCH', `/v1/tenants/${id}`, { limits: { submits_per_minute: 10_000 } })
  await ask('answers', 'GET', '/v1/tenants')
  const revoked = (await ask('shown', 'POST', `/v1/tenants/${id}/api-keys`, { scopes: SCOPES })).json
  learn('revoked key', revoked.key)
  await ask('answers', 'DELETE', `/v1/api-keys/${revoked.id}`)
  const keys = (await ask('answers', 'GET', `/v1/tenants/${id}/api-keys`)).json
  return { tenant, outsider, tenantId: id, keyId: keys.data[0].id }
}

/** The present one and the one before. */
export async function plantSigningSecrets(ask: Ask, { learn }: Setup): Promise<string> {
  learn('signing secret, previous', (await ask('shown', 'GET', '/v1/signing-secret')).json.secret)
  const { secret } = (await ask('shown', 'POST', '/v1/signing-secret/rotate', {})).json
  learn('signing secret', secret)
  return secret
}
