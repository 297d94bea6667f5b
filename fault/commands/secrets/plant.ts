/** Uses every route as its clients do, with a canary in everything a client can say. */
import { type Browser, openSession } from './browser.ts'
import type { Place } from './canaries.ts'
import { asking, type Client } from './client.ts'
import { plantEndpoint } from './plant-endpoint.ts'
import { type PlantedJobs, plantJobs } from './plant-jobs.ts'
import { plantLive } from './plant-live.ts'
import { plantPages } from './plant-pages.ts'
import { plantPauses } from './plant-pauses.ts'
import { plantReplays } from './plant-replays.ts'
import { plantSigningSecrets, plantTenants } from './plant-tenants.ts'
import type { Setup } from './setup.ts'

const PUBLIC = ['/healthz', '/readyz', '/openapi.json', '/docs', '/docs/docs.js', '/favicon.ico']
const LISTS = [
  '/v1/jobs',
  '/v1/deliveries',
  '/v1/events',
  '/v1/dead-letters',
  '/v1/dead-letters/summary',
  '/v1/endpoints',
  '/v1/destinations',
  '/v1/jobs/summary',
]

export interface Planted {
  operator: string
  /** The tenant whose canaries they are, and one that may see none of them. */
  tenant: string
  outsider: string
  /** What its callbacks are signed with. */
  secret: string
  /** Records of the tenant by what their ids begin with. */
  ids: Record<'job' | 'dlv' | 'ep' | 'tnt' | 'key' | 'evt', string>
  jobs: PlantedJobs
  /** The name of a group of the tenant. */
  group: string
  /** Each with a session. */
  browsers: Record<'operator' | 'tenant' | 'outsider', Browser>
}

export async function plant(client: Client, setup: Setup): Promise<Planted> {
  const operator = setup.env.ADMIN_API_KEY ?? ''
  const asOperator = asking(client, operator)
  const { tenant, outsider, tenantId, keyId } = await plantTenants(asOperator, setup)
  const ask = asking(client, tenant)
  const secret = await plantSigningSecrets(ask, setup)
  const endpoint = await plantEndpoint(ask, setup)
  const jobs = await plantJobs(ask, (path, body) => client.ask('answers', body ? 'POST' : 'GET', path, { key: tenant, body }), setup)
  const job = jobs.ended
  const evt = await plantLive(client, setup, { key: tenant, job })
  await plantPauses(ask, asOperator, setup)

  for (const path of LISTS) {
    await ask('answers', 'GET', path)
    await asOperator('answers', 'GET', `${path}?tenant=${tenantId}`)
  }
  const dead = await plantReplays(ask, setup)
  await ask('answers', 'GET', `/v1/operations/${job}`)
  const login = (place: Place, key: string) => openSession(client, setup, place, ['/dashboard/login', { key }])
  const planted: Planted = {
    ...{ operator, tenant, outsider, secret, jobs },
    ids: { job, evt, dlv: dead, ep: endpoint, tnt: tenantId, key: keyId },
    group: setup.texts['group name'],
    browsers: {
      operator: await login('pages', operator),
      tenant: await login('pages', tenant),
      outsider: await login('others', outsider),
    },
  }
  await plantPages(client, setup, planted)
  for (const path of ['/v1/audit', `/v1/audit?tenant=${tenantId}`, '/v1/workers']) await asOperator('answers', 'GET', path)
  for (const path of PUBLIC) await client.ask('others', 'GET', path, { key: null })
  await asOperator('metrics', 'GET', '/metrics')
  return planted
}
