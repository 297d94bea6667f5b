/** Uses every route as its clients do, with a canary in everything a client can say. */
import { type Ask, asking, type Client } from './client.ts'
import { plantJobs } from './plant-jobs.ts'
import type { Setup } from './setup.ts'

const SCOPES = ['jobs:write', 'jobs:read', 'callbacks:write', 'callbacks:read']
const PUBLIC = ['/healthz', '/readyz', '/openapi.json', '/docs', '/docs/docs.js', '/favicon.ico']
const LISTS = ['/v1/jobs', '/v1/deliveries', '/v1/events', '/v1/dead-letters', '/v1/dead-letters/summary', '/v1/endpoints']

export interface Planted {
  operator: string
  /** The tenant whose canaries they are, and one that may see none of them. */
  tenant: string
  outsider: string
  /** What its callbacks are signed with. */
  secret: string
  /** Records of the tenant by what their ids begin with. */
  ids: Record<'job' | 'dlv' | 'ep' | 'tnt' | 'key', string>
}

export async function plant(client: Client, setup: Setup): Promise<Planted> {
  const operator = setup.env.ADMIN_API_KEY ?? ''
  const asOperator = asking(client, operator)
  const { tenant, outsider, tenantId, keyId } = await plantTenants(asOperator, setup)
  const ask = asking(client, tenant)
  const secret = await plantSigningSecrets(ask, setup)
  const endpoint = await plantEndpoints(ask, setup)
  const job = await plantJobs(ask, (path, body) => client.ask('answers', body ? 'POST' : 'GET', path, { key: tenant, body }), setup)

  for (const path of LISTS) {
    await ask('answers', 'GET', path)
    await asOperator('answers', 'GET', `${path}?tenant=${tenantId}`)
  }
  const dead = await plantReplays(ask)
  await ask('answers', 'GET', `/v1/operations/${job}`)
  await ask('answers', 'POST', '/v1/jobs/rerun', { filter: { status: 'failed' }, dry_run: true })
  await asOperator('answers', 'GET', '/v1/workers')
  for (const path of PUBLIC) await client.ask('others', 'GET', path, { key: null })
  await asOperator('metrics', 'GET', '/metrics')
  return { operator, tenant, outsider, secret, ids: { job, dlv: dead, ep: endpoint, tnt: tenantId, key: keyId } }
}

async function plantTenants(ask: Ask, { texts, learn }: Setup) {
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
async function plantSigningSecrets(ask: Ask, { learn }: Setup): Promise<string> {
  learn('signing secret, previous', (await ask('shown', 'GET', '/v1/signing-secret')).json.secret)
  const { secret } = (await ask('shown', 'POST', '/v1/signing-secret/rotate', {})).json
  learn('signing secret', secret)
  return secret
}

async function plantEndpoints(ask: Ask, { texts, listener, learn }: Setup): Promise<string> {
  const described = {
    url: listener.url(`/ok?token=${texts['endpoint URL query']}`),
    description: texts['endpoint description'],
    headers: { 'x-hook': texts['endpoint header, replaced'] },
    events: ['job.failed', 'endpoint.disabled'],
  }
  const { id: shortLived } = (await ask('shown', 'POST', '/v1/endpoints', described)).json
  await ask('answers', 'DELETE', `/v1/endpoints/${shortLived}`)
  const { id, secret } = (await ask('shown', 'POST', '/v1/endpoints', described)).json
  learn('endpoint secret, previous', secret)
  learn('endpoint secret', (await ask('shown', 'POST', `/v1/endpoints/${id}/rotate-secret`, {})).json.secret)
  await ask('answers', 'PATCH', `/v1/endpoints/${id}`, { headers: { 'x-hook': texts['endpoint header'] } })
  await ask('answers', 'GET', `/v1/endpoints/${id}`)
  await ask('answers', 'POST', `/v1/endpoints/${id}/test`)
  return id
}

/** Reads every delivery with its log, replays two and discards a dead one. Its id. */
async function plantReplays(ask: Ask): Promise<string> {
  const deliveries: { id: string; status: string }[] = (await ask('answers', 'GET', '/v1/deliveries?limit=100')).json.data
  for (const { id } of deliveries) await ask('answers', 'GET', `/v1/deliveries/${id}`)
  const idOf = (status: string) => deliveries.find((delivery) => delivery.status === status)?.id ?? ''
  const dead = idOf('dead')
  await ask('answers', 'DELETE', `/v1/deliveries/${dead}`)
  await ask('answers', 'POST', `/v1/deliveries/${idOf('delivered')}/replay`)
  await ask('answers', 'POST', `/v1/deliveries/${idOf('pending')}/retry`)
  await ask('answers', 'POST', '/v1/deliveries/retry', { all: true })
  await ask('answers', 'POST', '/v1/dead-letters/replay', { all: true })
  return dead
}
