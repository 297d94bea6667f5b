import { describe, expect, it } from 'vitest'
import type { Scope } from '../../../src/domain/tenant.ts'
import { createEndpoint } from '../../../src/lifecycle/endpoints/create-endpoint.ts'
import { createApiKey } from '../../../src/lifecycle/tenants/api-keys.ts'
import { createTenant } from '../../../src/lifecycle/tenants/tenants.ts'
import { settle, until } from '../../support/clock.ts'
import { answered, hook, type ok } from '../../support/world.ts'
import { type Browser, type DashboardWorld, dashboardWorld } from './dashboard-world.ts'

const EVIL = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&`
const ESCAPED = '&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;'

/** A job of the tenant whose callback died, with its delivery, event and endpoint. */
async function deadJob(a: DashboardWorld, tenantId: string, more: object = {}) {
  a.world.answer = () => answered(410, { 'x-answer': 'gone' }, 'no more')
  const { endpoint } = await createEndpoint(a.world, {
    ...{ tenantId, url: 'https://partner.example/all', events: ['job.failed'], description: null, headers: {} },
  })
  a.world.work()
  const jobId = await a.world.submit({ tenantId, type: 'noop', callback: hook, ...more })
  await settle()
  const filter = { tenantId, jobId, limit: 10, before: null, createdAfter: null, createdBefore: null }
  const none = { status: null, reason: null, error: null, event: null, type: null, destination: null }
  const [delivery] = (await a.world.store.deliveries.list({ ...filter, ...none })).rows
  if (delivery === undefined) throw new Error('the job has no delivery')
  return { jobId, deliveryId: delivery.id, eventId: delivery.eventId, endpointId: endpoint.id }
}

const pathsOf = ({ jobId, deliveryId, eventId, endpointId }: Awaited<ReturnType<typeof deadJob>>) => [
  `/dashboard/jobs/${jobId}`,
  `/dashboard/jobs/${jobId}/payload`,
  `/dashboard/jobs/${jobId}/result`,
  `/dashboard/deliveries/${deliveryId}`,
  `/dashboard/events/${eventId}`,
  `/dashboard/endpoints/${endpointId}`,
]

const LISTS = [
  '/dashboard',
  '/dashboard/jobs',
  '/dashboard/deliveries',
  '/dashboard/destinations',
  '/dashboard/endpoints',
  '/dashboard/events',
]

describe('pages', () => {
  it('show a tenant their own records, in lists and one by one', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const records = await deadJob(a, browser.tenantId)
    for (const path of [...LISTS, ...pathsOf(records)]) expect([path, (await browser.get(path)).status]).toEqual([path, 200])
    expect((await browser.get('/dashboard/jobs')).text).toContain(records.jobId)
    expect((await browser.get('/dashboard/deliveries?status=dead')).text).toContain(records.deliveryId)
    expect((await browser.get('/dashboard')).text).toContain('https://partner.example')
    expect((await browser.get('/dashboard/destinations')).text).toContain('https://partner.example')
  })

  it("answer 404 to another tenant's id, with the bytes of an unknown one", async () => {
    await using a = await dashboardWorld()
    const records = await deadJob(a, (await a.tenant()).tenantId)
    const stranger = await a.tenant()
    for (const path of pathsOf(records)) {
      const foreign = await stranger.get(path)
      const unknown = await stranger.get(path.replace(/_[0-9a-f]{32}/, `_${'0'.repeat(32)}`))
      expect([path, foreign.status, foreign.text]).toEqual([path, 404, unknown.text])
      expect([...foreign.headers]).toEqual([...unknown.headers])
    }
    for (const path of LISTS) {
      const { text } = await stranger.get(path)
      for (const id of Object.values(records)) expect(text).not.toContain(id)
    }
  })

  it('show the operator everybody, or the tenant that is named; nobody else may name one', async () => {
    await using a = await dashboardWorld()
    const owner = await a.tenant()
    const { jobId } = await deadJob(a, owner.tenantId)
    const operator = await a.operator()
    expect((await operator.get('/dashboard/jobs')).text).toContain(jobId)
    expect((await operator.get(`/dashboard/jobs?tenant=${owner.tenantId}`)).text).toContain(jobId)
    expect((await operator.get('/dashboard/jobs?tenant=tnt_default')).text).not.toContain(jobId)
    expect((await operator.get(`/dashboard/jobs/${jobId}`)).status).toBe(200)
    expect((await (await a.tenant()).get(`/dashboard/jobs?tenant=${owner.tenantId}`)).status).toBe(403)
  })

  it('keep what a stranger wrote text, wherever it is shown', async () => {
    await using a = await dashboardWorld({
      handlers: { noop: () => ({ kind: 'failed', failure: { code: 'evil', message: EVIL, retryable: false, details: { at: EVIL } } }) },
    })
    const browser = await a.tenant()
    a.world.answer = () => answered(500, { 'x-answer': EVIL }, EVIL)
    a.world.work()
    const jobId = await a.world.submit({
      ...{ tenantId: browser.tenantId, tags: [EVIL.slice(0, 64)], metadata: { [EVIL.slice(0, 40)]: EVIL } },
      payload: Buffer.from(JSON.stringify({ evil: EVIL })),
      callback: { ...hook, url: `https://partner.example/${encodeURIComponent(EVIL)}` },
    })
    await createEndpoint(a.world, {
      ...{ tenantId: browser.tenantId, url: 'https://partner.example/e', events: ['job.failed'] as const, description: EVIL, headers: {} },
    })
    await settle()
    const lists = [...LISTS, `/dashboard/jobs?tag=${encodeURIComponent(EVIL)}`, `/dashboard/deliveries?type=${encodeURIComponent(EVIL)}`]
    const linked = new Set<string>()
    for (const path of [...lists, `/dashboard/jobs/${jobId}`, `/dashboard/jobs/${jobId}?show=payload`]) {
      const { text } = await browser.get(path)
      for (const [, href = ''] of text.matchAll(/href="(\/dashboard\/[^"#]+)/g)) linked.add(href.replaceAll('&amp;', '&'))
    }
    for (const path of linked)
      if (!path.includes('/assets/')) {
        const { text, headers } = await browser.get(path)
        if (!headers.get('content-type')?.startsWith('text/html')) continue
        expect([path, /<script>|<img|onerror=alert\(1\)>/.test(text)]).toEqual([path, false])
      }
    const job = await browser.get(`/dashboard/jobs/${jobId}?show=payload`)
    expect(job.text.split(ESCAPED).length).toBeGreaterThan(2)
  })

  it('let no text that turns its direction turn what stands beside it', async () => {
    const turned = '\u202egnp.exe'
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const jobId = await a.world.submit({ tenantId: browser.tenantId, tags: [turned, 'plain'], metadata: { [turned]: turned } })
    const { text } = await browser.get(`/dashboard/jobs/${jobId}`)
    expect(text).toContain(`<bdi>${turned}</bdi>, <bdi>plain</bdi>`)
    // dashboard.css isolates what is code.
    expect(text).toContain(`<code>${turned}</code> <bdi>${turned}</bdi>`)
  })

  it('keep names of tenants and keys text, also for who comes by a link', async () => {
    await using a = await dashboardWorld()
    const { id } = await createTenant(a.world, { name: EVIL, limits: {} })
    await createApiKey(a.world, id, { name: EVIL, scopes: ['jobs:read'], expiresAt: null })
    const operator = await a.operator()
    const { url } = (await a.ask('POST', `/v1/tenants/${id}/portal-links`, { body: {} })).json
    const asked = await a.browser().post('/dashboard/portal', { fields: { code: new URL(url).hash.slice(1) } })
    const pages = [asked, await operator.get('/dashboard/access'), await operator.get(`/dashboard/access/${id}`)]
    for (const { text } of pages) {
      expect(text).toContain(ESCAPED)
      expect(text).not.toContain('<img')
    }
  })

  it('link to nothing that is not there, and to no other host', async () => {
    await using a = await dashboardWorld()
    const operator = await a.operator()
    const records = await deadJob(a, 'tnt_default')
    const seen = new Set<string>()
    const queue = [...LISTS, ...pathsOf(records), '/dashboard/access']
    for (let path = queue.shift(); path !== undefined && seen.size < 150; path = queue.shift()) {
      if (seen.has(path)) continue
      seen.add(path)
      const { status, text, headers } = await operator.get(path)
      expect([path, status]).toEqual([path, 200])
      if (!headers.get('content-type')?.startsWith('text/html')) continue
      for (const [, href = ''] of text.matchAll(/(?:href|src)="([^"]+)"/g)) {
        expect(href).toMatch(/^[/#]/)
        if (href.startsWith('/')) queue.push(href.replaceAll('&amp;', '&').split('#')[0] ?? '')
      }
    }
  })
})

describe('the home page', () => {
  it('names jobs that are overdue, to who may see them', async () => {
    await using a = await dashboardWorld({ handlers: { slow: () => new Promise<typeof ok>(() => {}) } })
    a.world.work()
    a.world.runTimes.add('slow', 1_000)
    const owner = await a.tenant()
    const id = await a.world.submit({ type: 'slow', tenantId: owner.tenantId })
    await a.world.clock.push(50)
    await until('it runs', async () => (await a.world.store.jobs.find(id))?.status === 'running')
    expect((await owner.get('/dashboard')).text).not.toContain(id)
    await a.world.clock.push(2_000)
    const found = `href="/dashboard/jobs/${id}"`
    expect((await owner.get('/dashboard')).text).toContain(found)
    expect((await (await a.operator()).get('/dashboard')).text).toContain(found)
    expect((await (await a.tenant()).get('/dashboard')).text).not.toContain(id)
  })
})

describe('the page of a job', () => {
  it('shows payload and result on demand, and gives their exact bytes', async () => {
    const payload = '{"big": 12345678901234567890,\r\n "z":1,"a":"é"}'
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const { jobId } = await deadJob(a, browser.tenantId, { payload: Buffer.from(payload) })
    expect((await browser.get(`/dashboard/jobs/${jobId}`)).text).not.toContain('12345678901234567890')
    expect((await browser.get(`/dashboard/jobs/${jobId}?show=payload`)).text).toContain(
      '{"big": 12345678901234567890,&#13;\n "z":1,"a":"é"}',
    )
    const bytes = await browser.get(`/dashboard/jobs/${jobId}/payload`)
    expect(bytes.text).toBe(payload)
    expect(bytes.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(bytes.headers.get('content-security-policy')).toContain('sandbox')
    expect((await browser.get(`/dashboard/jobs/${jobId}?show=result`)).text).toContain('{"ok":true}')
    expect((await browser.get(`/dashboard/jobs/${jobId}/result`)).text).toBe('{"ok":true}')
  })

  it('has runs and callbacks on one line of time', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    const { jobId } = await deadJob(a, browser.tenantId)
    const { text } = await browser.get(`/dashboard/jobs/${jobId}`)
    const places = ['Submitted', 'The first run began', 'Callback try 1'].map((what) => text.indexOf(what))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((x, y) => x - y))
  })

  it('tells the original of an error to the operator alone', async () => {
    const internal = { name: 'TypeError', message: 'the original words', stack: '' }
    const failure = { code: 'handler_failed', message: 'The handler failed.', retryable: false, details: null, internal }
    await using a = await dashboardWorld({ handlers: { noop: () => ({ kind: 'failed', failure }) } })
    const owner = await a.tenant()
    const { jobId } = await deadJob(a, owner.tenantId)
    const seen = async (browser: Browser) => (await browser.get(`/dashboard/jobs/${jobId}`)).text.includes('the original words')
    expect(await seen(await a.operator())).toBe(true)
    expect(await seen(owner)).toBe(false)
    expect(await seen(await a.tenant(['admin:read'], 'tnt_default'))).toBe(false)
  })
})

describe('rights', () => {
  const NEEDS: readonly [path: string, scope: Scope][] = [
    ['/dashboard/jobs', 'jobs:read'],
    ['/dashboard/jobs/job_1', 'jobs:read'],
    ['/dashboard/jobs/job_1/payload', 'jobs:read'],
    ['/dashboard/jobs/job_1/result', 'jobs:read'],
    ['/dashboard/deliveries', 'callbacks:read'],
    ['/dashboard/deliveries/dlv_1', 'callbacks:read'],
    ['/dashboard/destinations', 'callbacks:read'],
    ['/dashboard/endpoints', 'callbacks:read'],
    ['/dashboard/endpoints/ep_1', 'callbacks:read'],
    ['/dashboard/events', 'callbacks:read'],
    ['/dashboard/events/evt_1', 'callbacks:read'],
  ]

  it.each(NEEDS)('%s asks for the scope %s', async (path, scope) => {
    await using a = await dashboardWorld()
    const others = (['jobs:read', 'jobs:write', 'callbacks:read', 'callbacks:write'] as const).filter((one) => one !== scope)
    expect((await (await a.tenant(others)).get(path)).status).toBe(403)
    expect([200, 404]).toContain((await (await a.tenant([scope])).get(path)).status)
  })

  it('of access are the operator’s: who only looks on sees tenants and no keys', async () => {
    await using a = await dashboardWorld()
    expect((await (await a.tenant()).get('/dashboard/access')).status).toBe(403)
    const looker = await a.tenant(['admin:read'], 'tnt_default')
    expect((await looker.get('/dashboard/access')).text).toContain('tnt_default')
    expect((await looker.get('/dashboard/access/tnt_default')).text).not.toContain('rbk_')
    expect((await (await a.operator()).get('/dashboard/access/tnt_default')).text).toContain('rbk_')
  })

  it('of an operator who looks on reach everybody, and change nothing', async () => {
    await using a = await dashboardWorld()
    const records = await deadJob(a, (await a.tenant()).tenantId)
    const looker = await a.tenant(['admin:read'], 'tnt_default')
    for (const path of pathsOf(records)) expect([path, (await looker.get(path)).status]).toEqual([path, 200])
    for (const path of postsTo(records)) expect([path, (await looker.post(path)).status]).toEqual([path, 403])
    for (const path of pathsOf(records)) expect((await looker.get(path)).text).not.toContain('class="actions"')
  })

  it('to look on at everybody are not rights to change what is theirs', async () => {
    await using a = await dashboardWorld()
    const records = await deadJob(a, (await a.tenant()).tenantId)
    const both = await a.tenant(['admin:read', 'jobs:write', 'callbacks:write'], 'tnt_default')
    for (const path of postsTo(records)) expect([path, (await both.post(path)).status]).toEqual([path, 404])
  })
})

/** Every action on these records. */
const postsTo = ({ jobId, deliveryId, endpointId }: { jobId: string; deliveryId: string; endpointId: string }) => [
  ...['cancel', 'rerun'].map((verb) => `/dashboard/jobs/${jobId}/${verb}`),
  ...['retry', 'replay', 'discard'].map((verb) => `/dashboard/deliveries/${deliveryId}/${verb}`),
  ...['test', 'enable', 'disable', 'rotate'].map((verb) => `/dashboard/endpoints/${endpointId}/${verb}`),
]
