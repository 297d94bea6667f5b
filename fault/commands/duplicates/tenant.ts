/** Tenants beside the default one, and what they are answered. */
import { type Api, createApi } from '../../../test/support/api.ts'
import type { Order, Setup } from './setup.ts'

export interface Tenant {
  id: string
  api: Api
}

export async function openTenant({ service }: Setup, name: string, limits: object = {}): Promise<Tenant> {
  const { api: operator, url } = await service.start()
  const { id } = (await operator.call('POST', '/v1/tenants', { body: { name, limits } })).json
  const scopes = ['jobs:write', 'jobs:read']
  const { key } = (await operator.call('POST', `/v1/tenants/${id}/api-keys`, { body: { scopes } })).json
  return { id, api: createApi(url, key, 1) }
}

/** One submit in a word: `made`, `replayed`, or the status of a refusal. */
export async function submitAs(setup: Setup, { id, api }: Tenant, order: Order): Promise<string> {
  const answer = await setup.trySubmit(api, order, `${id} `)
  if (answer?.status !== 202) return String(answer?.status)
  return answer.headers['idempotent-replayed'] === 'true' ? 'replayed' : 'made'
}
