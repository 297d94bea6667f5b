import { describe, expect, it } from 'vitest'
import { pageRoutes } from '../../../src/http/dashboard/pages/routes.ts'
import { createEndpoint } from '../../../src/lifecycle/endpoints/create-endpoint.ts'
import { settle } from '../../support/clock.ts'
import { answered, hook } from '../../support/world.ts'
import { ADMIN_KEY } from '../app-world.ts'
import { type DashboardWorld, dashboardWorld } from './dashboard-world.ts'

/** Jobs of a tenant whose callbacks were answered with this status. */
async function ended(a: DashboardWorld, tenantId: string, status: number, count = 1): Promise<string[]> {
  a.world.answer = () => answered(status)
  a.world.work()
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) ids.push(await a.world.submit({ tenantId, callback: hook }))
  await settle()
  return ids
}

async function deliveriesOf(a: DashboardWorld, tenantId: string) {
  const page = { tenantId, limit: 100, before: null, createdAfter: null, createdBefore: null }
  const none = { status: null, reason: null, error: null, event: null, type: null, destination: null, jobId: null }
  return (await a.world.store.deliveries.list({ ...page, ...none })).rows
}

describe('a job', () => {
  it('is canceled, and the page says so', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const id = await a.world.submit({ tenantId: browser.tenantId })
    expect((await browser.get(`/dashboard/jobs/${id}`)).text).toContain(`action="/dashboard/jobs/${id}/cancel"`)
    const answer = await browser.post(`/dashboard/jobs/${id}/cancel`)
    expect([answer.status, answer.location]).toEqual([303, `/dashboard/jobs/${id}?done=canceled`])
    expect((await browser.get(answer.location ?? '')).text).toContain('role="status"')
    expect((await a.world.store.jobs.find(id))?.status).toBe('canceled')
  })

  it('that has ended is no longer canceled: 409 with the reason', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const [id = ''] = await ended(a, browser.tenantId, 200)
    const answer = await browser.post(`/dashboard/jobs/${id}/cancel`)
    expect([answer.status, answer.text.includes('The job has ended already')]).toEqual([409, true])
  })

  it('runs again as a new job, which counts as a submit', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const [id = ''] = await ended(a, browser.tenantId, 200)
    const answer = await browser.post(`/dashboard/jobs/${id}/rerun`)
    const newId = /\/(job_[0-9a-f]+)\?/.exec(answer.location ?? '')?.[1] ?? ''
    expect((await a.world.store.jobs.find(newId))?.rerunOf).toBe(id)
  })
})

describe('a delivery', () => {
  it('that waits is due now', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    await ended(a, browser.tenantId, 500)
    const [{ id = '' } = {}] = await deliveriesOf(a, browser.tenantId)
    a.world.answer = () => answered(200)
    expect((await browser.get(`/dashboard/deliveries/${id}`)).text).toContain('<code>scheduled</code>')
    expect((await browser.post(`/dashboard/deliveries/${id}/retry`)).status).toBe(303)
    await settle()
    expect((await a.world.store.deliveries.find(id))?.status).toBe('delivered')
    expect((await browser.post(`/dashboard/deliveries/${id}/retry`)).status).toBe(409)
  })

  it('that is dead is replayed, or discarded', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    await ended(a, browser.tenantId, 410, 2)
    const [one, two] = await deliveriesOf(a, browser.tenantId)
    expect((await browser.get(`/dashboard/deliveries/${one?.id}`)).text).toContain('The receiver answered 410')
    a.world.answer = () => answered(200)
    expect((await browser.post(`/dashboard/deliveries/${one?.id}/replay`)).status).toBe(303)
    expect((await browser.post(`/dashboard/deliveries/${two?.id}/discard`)).status).toBe(303)
    await settle()
    expect((await deliveriesOf(a, browser.tenantId)).map(({ status }) => status)).toEqual(['delivered', 'canceled'])
  })
})

describe('a destination', () => {
  it('is paused and resumed by its owner, and by nobody who only looks on', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    await ended(a, browser.tenantId, 500)
    const fields = { destination: 'https://partner.example', tenant: browser.tenantId }
    const stranger = await a.tenant()
    const looker = await a.tenant(['admin:read', 'callbacks:write'], 'tnt_default')
    for (const other of [stranger, looker]) expect((await other.post('/dashboard/destinations/pause', { fields })).status).toBe(403)
    expect((await browser.get('/dashboard/destinations')).text).toContain('>Pause</button>')
    expect((await browser.post('/dashboard/destinations/pause', { fields })).status).toBe(303)
    expect((await browser.get('/dashboard/destinations')).text).toContain('>Resume</button>')
    const [{ id = '' } = {}] = await deliveriesOf(a, browser.tenantId)
    expect((await browser.get(`/dashboard/deliveries/${id}`)).text).toContain('<code>paused</code>')
    expect((await browser.post(`/dashboard/deliveries/${id}/retry`)).status).toBe(409)
    expect((await (await a.operator()).post('/dashboard/destinations/resume', { fields })).status).toBe(303)
    expect((await browser.get('/dashboard/destinations')).text).toContain('>Pause</button>')
    expect((await browser.post('/dashboard/destinations/pause', { fields: { destination: 'x' } })).status).toBe(422)
  })
})

describe('a job type', () => {
  it('is paused and resumed by the operator alone', async () => {
    await using a = await dashboardWorld()
    const operator = await a.operator()
    expect((await (await a.tenant()).post('/dashboard/job-types/noop/pause')).status).toBe(403)
    expect((await operator.post('/dashboard/job-types/noop/pause')).status).toBe(303)
    expect((await operator.get('/dashboard/job-types')).text).toContain('>Resume</button>')
    expect((await operator.post('/dashboard/job-types/noop/resume')).status).toBe(303)
    expect((await operator.post('/dashboard/job-types/unknown/pause')).status).toBe(404)
  })
})

describe('the replay of all that match', () => {
  const hidden = (text: string) =>
    Object.fromEntries([...text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]))

  it('shows counts by destination and reason, and moves that very set', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    await ended(a, browser.tenantId, 410, 3)
    await a.world.clock.push(1000)
    const preview = await browser.get('/dashboard/replay?destination=https://partner.example')
    expect(preview.text).toContain('<td>https://partner.example</td><td>gone</td><td>3</td>')
    a.world.answer = () => answered(200)
    const result = await browser.post('/dashboard/replay', { fields: hidden(preview.text) })
    expect([result.status, result.text.includes('3 moved, 0 skipped')]).toEqual([200, true])
    await settle()
    expect((await deliveriesOf(a, browser.tenantId)).every(({ status }) => status === 'delivered')).toBe(true)
  })

  it('moves nothing that died after the preview', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    await ended(a, browser.tenantId, 410)
    await a.world.clock.push(1000)
    const preview = await browser.get('/dashboard/replay')
    await a.world.clock.push(1000)
    await ended(a, browser.tenantId, 410)
    const result = await browser.post('/dashboard/replay', { fields: hidden(preview.text) })
    expect(result.text).toContain('1 moved, 0 skipped')
    expect(result.text).toContain('<dt>Died since it was counted</dt><dd>1</dd>')
  })

  it('is refused when more would move than was shown, and without a preview', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    await ended(a, browser.tenantId, 410, 2)
    await a.world.clock.push(1000)
    const fields = hidden((await browser.get('/dashboard/replay')).text)
    expect((await browser.post('/dashboard/replay', { fields: { ...fields, expect: '1' } })).status).toBe(409)
    expect((await browser.post('/dashboard/replay', { fields: {} })).status).toBe(422)
    expect((await deliveriesOf(a, browser.tenantId)).every(({ status }) => status === 'dead')).toBe(true)
  })

  it('reaches nobody else', async () => {
    await using a = await dashboardWorld()
    const owner = await a.tenant()
    await ended(a, owner.tenantId, 410)
    await a.world.clock.push(1000)
    const both = await a.tenant(['admin:read', 'callbacks:write'], 'tnt_default')
    const fields = { as_of: new Date(a.world.clock.now()).toISOString(), expect: '9' }
    expect((await both.get('/dashboard/replay')).text).toContain('No dead letter')
    expect((await both.post('/dashboard/replay', { fields })).text).toContain('0 moved')
    expect((await both.post('/dashboard/replay', { fields: { ...fields, tenant: owner.tenantId } })).status).toBe(403)
    expect((await (await a.operator()).post('/dashboard/replay', { fields: { ...fields, tenant: owner.tenantId } })).text).toContain(
      '1 moved',
    )
  })
})

describe('an endpoint', () => {
  const create = async (a: DashboardWorld, tenantId: string) => {
    const input = {
      tenantId,
      url: 'https://partner.example/e',
      events: ['job.failed'] as const,
      description: null,
      headers: { 'x-key': 'hush' },
    }
    return (await createEndpoint(a.world, input)).endpoint.id
  }

  it('is tested, and the page shows what it answered', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const id = await create(a, browser.tenantId)
    a.world.answer = () => answered(418, { 'x-tea': 'pot' }, 'short and stout')
    const { status, text } = await browser.post(`/dashboard/endpoints/${id}/test`)
    expect(status).toBe(200)
    for (const part of ['418', 'x-tea', 'short and stout']) expect(text).toContain(part)
  })

  it('is disabled and enabled again', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const id = await create(a, browser.tenantId)
    for (const [verb, status] of [
      ['disable', 'disabled'],
      ['enable', 'enabled'],
    ] as const) {
      expect((await browser.post(`/dashboard/endpoints/${id}/${verb}`)).status).toBe(303)
      expect((await a.world.store.endpoints.find(id))?.status).toBe(status)
    }
  })

  it('gets a new secret, which is shown once; values of its headers never are', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const id = await create(a, browser.tenantId)
    const answer = await browser.post(`/dashboard/endpoints/${id}/rotate`)
    expect(answer.text).toMatch(/whsec_[\w+/=]{20}/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const page = await browser.get(`/dashboard/endpoints/${id}`)
    expect(page.text).not.toMatch(/whsec_|hush/)
    expect(page.text).toContain('x-key')
  })
})

describe('keys', () => {
  it('are made, shown once, and revoked by the operator', async () => {
    await using a = await dashboardWorld()
    const { tenantId } = await a.tenant()
    const operator = await a.operator()
    const made = await operator.post(`/dashboard/access/${tenantId}/keys`, { fields: { name: 'ci', scope: ['jobs:read', 'jobs:write'] } })
    const key = /rbk_\w{38}/.exec(made.text)?.[0] ?? ''
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(200)
    const page = await operator.get(`/dashboard/access/${tenantId}`)
    expect(page.text).not.toContain(key)
    const path = /action="(\/dashboard\/access\/keys\/key_[0-9a-f]+\/revoke)"/.exec(page.text)?.[1] ?? ''
    expect((await operator.post(path)).status).toBe(303)
    expect((await a.ask('GET', '/v1/jobs', { key })).status).toBe(401)
  })

  it('of a tenant have no scope of the operator', async () => {
    await using a = await dashboardWorld()
    const { tenantId } = await a.tenant()
    const path = `/dashboard/access/${tenantId}/keys`
    expect((await (await a.operator()).post(path, { fields: { scope: 'admin' } })).status).toBe(422)
    expect((await (await a.operator()).post(path)).status).toBe(422)
    expect((await (await a.tenant()).post(path, { fields: { scope: 'jobs:read' } })).status).toBe(403)
  })
})

describe('the audit log', () => {
  it('has every deed of the dashboard, with the key it was done with', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    await ended(a, browser.tenantId, 410, 2)
    await a.world.clock.push(1000)
    const [one] = await deliveriesOf(a, browser.tenantId)
    await browser.post(`/dashboard/deliveries/${one?.id}/discard`)
    const fields = {
      destination: 'https://partner.example/x?token=canary',
      as_of: new Date(a.world.clock.now()).toISOString(),
      expect: '1',
    }
    await browser.post('/dashboard/replay', { fields })
    const { json } = await a.ask('GET', `/v1/audit?tenant=${browser.tenantId}`)
    const actor = { key_id: browser.keyId, tenant_id: browser.tenantId, via: 'dashboard' }
    expect(json.data).toMatchObject([
      { actor, action: 'dead_letters.replay', target: null, filter: { destination: 'https://partner.example' }, count: 1 },
      { actor, action: 'delivery.discard', target: one?.id, count: 1 },
    ])
    expect(JSON.stringify(json)).not.toContain('canary')
    const operator = await a.operator()
    expect((await operator.get('/dashboard/access/audit')).text).toContain('dead_letters.replay')
    expect((await browser.get('/dashboard/access/audit')).status).toBe(403)
    expect((await operator.get('/dashboard/access/sessions')).text).toContain(browser.keyId)
    expect((await (await a.tenant(['admin:read'], 'tnt_default')).get('/dashboard/access/sessions')).status).toBe(403)
  })

  it('names every action', () => {
    expect(pageRoutes.filter(({ method, action }) => method === 'post' && action === undefined)).toEqual([])
  })
})

describe('the live stream', () => {
  it('says what kind of record has changed, of the own tenant alone, and ends with its session', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const other = await a.tenant()
    const response = await a.app.request('/dashboard/live', { headers: { cookie: browser.cookie ?? '' } })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toBe('retry: 2000\n\n')
    await a.world.submit({ tenantId: other.tenantId })
    await a.world.clock.push(1000)
    await a.world.submit({ tenantId: browser.tenantId })
    await a.world.submit({ tenantId: browser.tenantId })
    await a.world.clock.push(1000)
    expect((await reader?.read())?.value).toBe('event: changed\ndata: job\n\n')
    await browser.post('/dashboard/logout')
    await a.world.clock.push(5000)
    expect((await reader?.read())?.done).toBe(true)
  })

  it('ends when the process stops', async () => {
    await using a = await dashboardWorld()
    const { cookie } = await a.operator()
    const response = await a.app.request('/dashboard/live', { headers: { cookie: cookie ?? '' } })
    a.stop()
    await a.world.clock.push(1000)
    expect(await response.text()).toBe('retry: 2000\n\n')
  })
})

describe('a portal link', () => {
  const linkFor = async (a: DashboardWorld, tenantId: string, body: object = {}) =>
    (await a.ask('POST', `/v1/tenants/${tenantId}/portal-links`, { body })).json
  const codeIn = (url: string) => new URL(url).hash.slice(1)

  it('has its code in the fragment, names the tenant, asks, and is good once', async () => {
    await using a = await dashboardWorld()
    const { tenantId } = await a.tenant()
    const answer = await a.ask('POST', `/v1/tenants/${tenantId}/portal-links`, { body: { expires_in_seconds: 600, read_only: true } })
    expect(answer.status).toBe(201)
    expect(answer.json).toEqual({
      url: expect.stringMatching(/^http:\/\/ringback\.test\/dashboard\/portal#600\.[\w-]{43}$/),
      expires_at: new Date(a.world.clock.now() + 600_000).toISOString(),
    })
    const fields = { code: codeIn(answer.json.url) }
    const browser = a.browser()
    expect((await browser.get('/dashboard/portal')).status).toBe(200)
    for (let n = 0; n < 2; n += 1) {
      const asked = await browser.post('/dashboard/portal', { fields })
      expect([asked.status, asked.text.includes('partner'), browser.cookie]).toEqual([200, true, null])
    }
    expect((await browser.post('/dashboard/portal/open', { fields })).location).toBe('/dashboard')
    expect((await browser.get('/dashboard/jobs')).status).toBe(200)
    expect((await a.browser().post('/dashboard/portal/open', { fields })).status).toBe(410)
    await a.world.clock.push(600_000)
    expect((await browser.get('/dashboard/jobs')).status).toBe(303)
  })

  it('is over after 15 minutes, and is no session cookie itself', async () => {
    await using a = await dashboardWorld()
    const { tenantId } = await a.tenant()
    const code = codeIn((await linkFor(a, tenantId)).url)
    const [, secret] = code.split('.')
    expect((await a.browser().get('/dashboard', { cookie: `ringback=${secret}` })).status).toBe(303)
    const lengthened = { fields: { code: `86400.${secret}` } }
    expect((await a.browser().post('/dashboard/portal/open', lengthened)).status).toBe(410)
    await a.world.clock.push(15 * 60_000)
    expect((await a.browser().post('/dashboard/portal/open', { fields: { code } })).status).toBe(410)
  })

  it('shows jobs and callbacks of its tenant, and never keys or secrets', async () => {
    await using a = await dashboardWorld()
    const owner = await a.tenant()
    const [jobId = ''] = await ended(a, owner.tenantId, 410)
    const [{ id: deliveryId = '' } = {}] = await deliveriesOf(a, owner.tenantId)
    for (const readOnly of [true, false]) {
      const guest = a.browser()
      const { url } = await linkFor(a, owner.tenantId, { read_only: readOnly })
      await guest.post('/dashboard/portal/open', { fields: { code: codeIn(url) } })
      for (const path of ['/dashboard', `/dashboard/jobs/${jobId}`, `/dashboard/deliveries/${deliveryId}`, '/dashboard/destinations']) {
        expect([path, (await guest.get(path)).status]).toEqual([path, 200])
      }
      for (const path of ['/dashboard/endpoints', '/dashboard/endpoints/ep_1', '/dashboard/access', '/dashboard/access/tnt_default']) {
        expect([path, (await guest.get(path)).status]).toEqual([path, 403])
      }
      const status = async (path: string) => (await guest.post(path)).status
      expect(await status(`/dashboard/deliveries/${deliveryId}/discard`)).toBe(403)
      expect(await status('/dashboard/endpoints/ep_1/rotate')).toBe(403)
      expect(await status(`/dashboard/jobs/${jobId}/rerun`)).toBe(readOnly ? 403 : 303)
      expect(await status(`/dashboard/deliveries/${deliveryId}/replay`)).toBe(readOnly ? 403 : 303)
    }
  })

  it('ends with the key it was made with', async () => {
    await using a = await dashboardWorld()
    const { tenantId } = await a.tenant()
    const maker = await a.tenant(['admin'], 'tnt_default')
    const { url } = (await a.ask('POST', `/v1/tenants/${tenantId}/portal-links`, { key: maker.key, body: {} })).json
    const guest = a.browser()
    await guest.post('/dashboard/portal/open', { fields: { code: codeIn(url) } })
    expect((await guest.get('/dashboard')).status).toBe(200)
    expect((await a.ask('DELETE', `/v1/api-keys/${maker.keyId}`)).status).toBe(204)
    expect((await guest.get('/dashboard')).status).toBe(303)
  })

  it('is the operator’s to make, for a tenant that is there, for a day at most', async () => {
    await using a = await dashboardWorld()
    const { tenantId, key } = await a.tenant()
    const make = async (id: string, body: object, asked = ADMIN_KEY) =>
      (await a.ask('POST', `/v1/tenants/${id}/portal-links`, { key: asked, body })).status
    expect(await make(tenantId, {}, key)).toBe(403)
    expect(await make('tnt_0', {})).toBe(404)
    expect(await make(tenantId, { expires_in_seconds: 86_400 })).toBe(201)
    for (const seconds of [86_401, 0, -1, 1.5, '60']) expect(await make(tenantId, { expires_in_seconds: seconds })).toBe(422)
    expect(await make(tenantId, { other: 1 })).toBe(422)
  })
})
