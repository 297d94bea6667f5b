/** What a tenant can learn of another one, route by route: nothing. The routes are taken from the app itself. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SCOPES } from '../../src/domain/tenant.ts'
import { purge } from '../../src/lifecycle/engine/purge.ts'
import { until } from '../support/clock.ts'
import { answered, hook } from '../support/world.ts'
import { type AppWorld, appWorld, refusal, TENANT_SCOPES } from './app-world.ts'

const HOUR = 3600_000
const MARKER = 'only-the-owner-knows'

type Kind = 'job' | 'dlv' | 'ep' | 'tnt' | 'key'

/** A record's route with the kind of its id; any other route: what it shows is the caller's own. */
const CASES: Record<string, Kind | 'own'> = {
  'POST /v1/jobs': 'own',
  'GET /v1/jobs': 'own',
  'GET /v1/jobs/{id}': 'job',
  'GET /v1/jobs/{id}/result': 'job',
  'GET /v1/jobs/{id}/events': 'job',
  'POST /v1/jobs/{id}/tokens': 'job',
  'POST /v1/jobs/{id}/cancel': 'job',
  'POST /v1/jobs/{id}/rerun': 'job',
  'POST /v1/jobs/rerun': 'own',
  'GET /v1/jobs/summary': 'own',
  'GET /v1/job-types': 'own',
  'POST /v1/job-types/{type}/pause': 'own',
  'POST /v1/job-types/{type}/resume': 'own',
  'GET /v1/groups/{name}': 'own',
  'POST /v1/groups/{name}/close': 'own',
  'GET /v1/audit': 'own',
  'GET /v1/workers': 'own',
  'GET /v1/operations/{id}': 'job',
  'GET /v1/deliveries': 'own',
  'GET /v1/deliveries/{id}': 'dlv',
  'GET /v1/deliveries/{id}/explain': 'dlv',
  'DELETE /v1/deliveries/{id}': 'dlv',
  'POST /v1/deliveries/{id}/replay': 'dlv',
  'POST /v1/deliveries/{id}/retry': 'dlv',
  'POST /v1/deliveries/retry': 'own',
  'GET /v1/dead-letters': 'own',
  'GET /v1/dead-letters/summary': 'own',
  'POST /v1/dead-letters/replay': 'own',
  'GET /v1/destinations': 'own',
  'POST /v1/destinations/pause': 'own',
  'POST /v1/destinations/resume': 'own',
  'GET /v1/events': 'own',
  'GET /v1/events/stream': 'own',
  'GET /v1/ws': 'own',
  'POST /v1/endpoints': 'own',
  'GET /v1/endpoints': 'own',
  'GET /v1/endpoints/{id}': 'ep',
  'PATCH /v1/endpoints/{id}': 'ep',
  'DELETE /v1/endpoints/{id}': 'ep',
  'POST /v1/endpoints/{id}/rotate-secret': 'ep',
  'POST /v1/endpoints/{id}/test': 'ep',
  'GET /v1/signing-secret': 'own',
  'POST /v1/signing-secret/rotate': 'own',
  'POST /v1/tenants': 'own',
  'GET /v1/tenants': 'own',
  'PATCH /v1/tenants/{id}': 'tnt',
  'GET /v1/tenants/{id}/api-keys': 'tnt',
  'POST /v1/tenants/{id}/api-keys': 'tnt',
  'POST /v1/tenants/{id}/portal-links': 'tnt',
  'DELETE /v1/api-keys/{id}': 'key',
}

/** Bodies that each route takes; what is not here takes none. */
const BODIES: Record<string, object> = {
  'POST /v1/jobs': { type: 'noop' },
  'POST /v1/jobs/{id}/tokens': {},
  'POST /v1/jobs/rerun': { filter: { all: true } },
  'POST /v1/dead-letters/replay': { all: true },
  'POST /v1/deliveries/retry': { all: true },
  'POST /v1/destinations/pause': { destination: hook.url },
  'POST /v1/destinations/resume': { destination: hook.url },
  'POST /v1/endpoints': { url: hook.url },
  'PATCH /v1/endpoints/{id}': {},
  'POST /v1/endpoints/{id}/rotate-secret': {},
  'POST /v1/signing-secret/rotate': {},
  'POST /v1/tenants': { name: 'x' },
  'PATCH /v1/tenants/{id}': { name: 'x' },
  'POST /v1/tenants/{id}/api-keys': { scopes: ['jobs:read'] },
  'POST /v1/tenants/{id}/portal-links': {},
}

const routes = ({ app }: AppWorld) => app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)

const askFor = (
  a: AppWorld,
  route: string,
  key: string | null,
  { id = '', query = '', body = BODIES[route] as object | undefined } = {},
) => {
  const [method = '', path = ''] = route.split(' ')
  return a.ask(method, path.replace('{id}', id) + query, { key, ...(body === undefined ? {} : { body }) })
}

const randomId = (kind: string) => `${kind}_${randomBytes(16).toString('hex')}`

/** All of an answer that a caller can tell apart. */
const told = ({ status, text, headers }: { status: number; text: string; headers: Headers }) => ({
  status,
  text: text.replace(/"req_[0-9a-z]+"/, '"req"'),
  headers: Object.fromEntries(headers),
})

/** A tenant with something of everything, and something that is gone: purged, deleted or revoked. */
async function owner(a: AppWorld) {
  const { json: tenant } = await a.ask('POST', '/v1/tenants', { body: { name: MARKER } })
  const make = async () => {
    const { json: key } = await a.ask('POST', `/v1/tenants/${tenant.id}/api-keys`, { body: { name: MARKER, scopes: TENANT_SCOPES } })
    const body = { type: 'noop', payload: MARKER, callback_url: `${hook.url}/${MARKER}`, metadata: { MARKER }, tags: [MARKER] }
    const { json: job } = await a.ask('POST', '/v1/jobs', { key: key.key, body })
    const { json: endpoint } = await a.ask('POST', '/v1/endpoints', {
      key: key.key,
      body: { url: `${hook.url}/${MARKER}`, description: MARKER },
    })
    const dead = await until('the callback is dead', async () => {
      const { data } = (await a.ask('GET', `/v1/dead-letters?job_id=${job.id}`, { key: key.key })).json
      return data.find((delivery: { endpoint_id: string | null }) => delivery.endpoint_id === null)
    })
    return { key: key.key, ids: { job: job.id, dlv: dead.id, ep: endpoint.id, tnt: tenant.id, key: key.id }, event: dead.event.id } as const
  }
  const gone = await make()
  await a.ask('DELETE', `/v1/endpoints/${gone.ids.ep}`, { key: gone.key })
  await until('it is settled', async () => (await a.world.store.jobs.view(gone.ids.job))?.settledAt)
  await a.world.clock.push(HOUR)
  await purge(a.world)
  await a.ask('DELETE', `/v1/api-keys/${gone.ids.key}`)
  return { ...(await make()), gone: { ...gone.ids, tnt: randomId('tnt') }, goneEvent: gone.event }
}

async function world(): Promise<AppWorld> {
  const a = await appWorld({ settings: { retentionMs: HOUR } })
  a.world.answer = () => answered(410)
  a.world.work()
  return a
}

describe('another tenant’s records', () => {
  it('have a case here for every route under /v1', async () => {
    await using a = await appWorld()
    expect(
      routes(a)
        .filter((route) => route.includes(' /v1/'))
        .toSorted(),
    ).toEqual(Object.keys(CASES).toSorted())
  })

  it('answer like records that never were: there, purged, unknown or no id at all', async () => {
    await using a = await world()
    const theirs = await owner(a)
    const key = await a.tenantKey()
    for (const [route, kind] of Object.entries(CASES)) {
      if (kind === 'own') continue
      const ids = [theirs.ids[kind], theirs.gone[kind], randomId(kind), 'x', '..%2f..', '%00', kind, `${kind}_`]
      const answers = []
      for (const id of ids) answers.push(told(await askFor(a, route, key, { id })))
      for (const answer of answers) expect(answer, route).toEqual(answers[0])
      expect(answers[0]?.status, route).toBe(kind === 'tnt' || kind === 'key' ? 403 : 404)
    }
    for (const kind of ['job', 'dlv', 'ep'] as const) {
      const [route = ''] = Object.entries(CASES).find(([, of]) => of === kind) ?? []
      expect((await askFor(a, route, theirs.key, { id: theirs.ids[kind] })).status, `the owner’s ${route}`).toBeLessThan(300)
    }
  })

  it('are told to their owner as gone once they are purged', async () => {
    await using a = await world()
    const { key, gone } = await owner(a)
    for (const [route, kind] of Object.entries(CASES)) {
      if (kind === 'job') expect(refusal(await askFor(a, route, key, { id: gone.job })), route).toMatchObject({ status: 410, code: 'gone' })
      if (kind === 'dlv' || kind === 'ep') expect((await askFor(a, route, key, { id: gone[kind] })).status, route).toBe(404)
    }
  })

  it('show in no answer, whatever is asked for', async () => {
    await using a = await world()
    const theirs = await owner(a)
    const { json: page } = await a.ask('GET', '/v1/deliveries?limit=1', { key: theirs.key })
    const key = await a.tenantKey()
    const filters = ['', `?job_id=${theirs.ids.job}`, `?event=${theirs.event}`, `?tag=${MARKER}`, '?type=noop', `?destination=${hook.url}`]
    for (const [route, kind] of Object.entries(CASES)) {
      if (kind !== 'own') continue
      const queries = route.startsWith('GET ') ? filters : ['']
      for (const query of queries) {
        const { text } = await askFor(a, route, key, { query })
        for (const secret of [MARKER, ...Object.values(theirs.ids), theirs.event]) expect(text, `${route}${query}`).not.toContain(secret)
      }
      for (const tenant of ['*', theirs.ids.tnt, randomId('tnt')]) {
        const { status } = await askFor(a, route, key, { query: `?tenant=${tenant}` })
        expect(status, `${route}?tenant=`).toBeGreaterThanOrEqual(400)
      }
    }
    for (const event of [theirs.event, theirs.goneEvent]) {
      const foreign = await askFor(a, 'GET /v1/events', key, { query: `?after=${event}` })
      expect(told(foreign)).toEqual(told(await askFor(a, 'GET /v1/events', key, { query: `?after=${randomId('evt')}` })))
    }
    const foreignCursor = await askFor(a, 'GET /v1/deliveries', key, { query: `?cursor=${page.next_cursor}` })
    expect(told(foreignCursor)).toEqual(told(await askFor(a, 'GET /v1/deliveries', key, { query: '?cursor=AAAAAAAAAAAAAAAA' })))
    expect(foreignCursor.status).toBe(422)
  })

  it('stay as they are: a replay of everything replays one’s own', async () => {
    await using a = await world()
    const theirs = await owner(a)
    const key = await a.tenantKey()
    for (const body of [{ all: true }, { filter: { job_id: theirs.ids.job } }, { filter: { reason: 'gone' } }]) {
      expect((await askFor(a, 'POST /v1/dead-letters/replay', key, { body })).json).toEqual({ replayed: 0, skipped: 0, has_more: false })
    }
  })

  it('are not met through their idempotency keys', async () => {
    await using a = await world()
    const submit = async (key: string, body: object) => a.ask('POST', '/v1/jobs', { key, body, headers: { 'idempotency-key': 'same' } })
    const first = await submit(await a.tenantKey(), { type: 'noop', payload: MARKER })
    const second = await submit(await a.tenantKey(), { type: 'noop' })
    expect(second.status).toBe(202)
    expect(second.json.id).not.toBe(first.json.id)
    expect(second.headers.get('idempotent-replayed')).toBeNull()
  })
})

describe('a member that is not the caller’s to set', () => {
  const FOREIGN = {
    id: 'job_1',
    tenant_id: 'tnt_default',
    status: 'completed',
    scopes: ['admin'],
    created_at: '2026-01-01T00:00:00Z',
    version: 1,
  }

  it('is refused by every route that takes a body', async () => {
    await using a = await appWorld()
    const { paths } = (await a.ask('GET', '/openapi.json', { key: null })).json
    for (const route of Object.keys(CASES)) {
      const [method = '', path = ''] = route.split(' ')
      const { requestBody } = paths[path][method.toLowerCase()]
      expect(requestBody !== undefined, route).toBe(Object.hasOwn(BODIES, route))
      if (requestBody === undefined) continue
      const known = BODIES[route] ?? {}
      for (const [name, value] of Object.entries(FOREIGN)) {
        if (Object.hasOwn(known, name) || (route === 'PATCH /v1/endpoints/{id}' && name === 'status')) continue
        const answer = await askFor(a, route, undefined as never, { id: randomId(CASES[route] ?? ''), body: { ...known, [name]: value } })
        expect(refusal(answer), `${route} with ${name}`).toMatchObject({ status: 422, pointers: [`/${name}`] })
      }
    }
  })
})

describe('a key', () => {
  it('that is missing, malformed, unknown, expired or revoked opens no route', async () => {
    await using a = await appWorld()
    const expired = await a.tenantKey({ expiresAt: a.world.clock.now() })
    const { json: made } = await a.ask('POST', '/v1/tenants/tnt_default/api-keys', { body: { scopes: ['jobs:read', 'admin'] } })
    await a.ask('DELETE', `/v1/api-keys/${made.id}`)
    const claims = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Bearer two words',
      `Basic ${made.key}`,
      'Bearer unknown',
      `Bearer ${made.key}`,
      `Bearer ${expired}`,
    ]
    for (const route of Object.keys(CASES)) {
      for (const authorization of claims) {
        const [method = '', path = ''] = route.split(' ')
        const headers = authorization === undefined ? {} : { authorization }
        const answer = await a.ask(method, path.replace('{id}', 'x'), { key: null, headers })
        expect(refusal(answer), `${route} with ${authorization}`).toMatchObject({ status: 401, code: 'unauthorized' })
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      }
    }
  })

  it('opens the routes of its scopes and no other', async () => {
    await using a = await appWorld()
    const { paths } = (await a.ask('GET', '/openapi.json', { key: null })).json
    for (const route of Object.keys(CASES)) {
      const [method = '', path = ''] = route.split(' ')
      const { description } = paths[path][method.toLowerCase()]
      const scopes: string[] = /^Scope `/.test(description) ? description.match(/(?<=`)[a-z:]+(?=`)/g) : []
      if (scopes.length === 0) {
        expect(['GET /v1/job-types', 'GET /v1/ws']).toContain(route)
        continue
      }
      const others = SCOPES.filter((name) => !scopes.includes(name))
      for (const [asked, opens] of [...scopes.map((one) => [[one], true] as const), [others, false] as const]) {
        const { json: key } = await a.ask('POST', '/v1/tenants/tnt_default/api-keys', { body: { scopes: asked } })
        const { status } = await askFor(a, route, key.key, { id: randomId(CASES[route] ?? '') })
        expect(status === 403, `${route} with ${asked}`).toBe(!opens)
      }
    }
  })
})
