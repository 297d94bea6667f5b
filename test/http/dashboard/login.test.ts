import { describe, expect, it } from 'vitest'
import { revokeApiKey } from '../../../src/lifecycle/tenants/api-keys.ts'
import { ADMIN_KEY } from '../app-world.ts'
import { dashboardWorld, ORIGIN } from './dashboard-world.ts'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'"
const PAGES = [
  '/dashboard',
  '/dashboard/jobs',
  '/dashboard/jobs/job_1',
  '/dashboard/deliveries',
  '/dashboard/destinations',
  '/dashboard/endpoints',
  '/dashboard/events',
  '/dashboard/access',
  '/dashboard/live',
  '/dashboard/no-such-page',
]

describe('the login', () => {
  it('answers 303 with a session cookie that no script and no other site can use', async () => {
    await using a = await dashboardWorld()
    const answer = await a.browser().login(ADMIN_KEY)
    expect([answer.status, answer.location]).toEqual([303, '/dashboard'])
    expect(answer.headers.get('set-cookie')).toMatch(/^ringback=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('gives the cookie of a public https address the host prefix and Secure, and reads no other there', async () => {
    await using a = await dashboardWorld({ settings: { publicUrl: () => 'https://ringback.example' } })
    const browser = a.browser()
    const form = { fields: { key: ADMIN_KEY }, origin: 'https://ringback.example' }
    const answer = await browser.post('https://ringback.example/dashboard/login', form)
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-ringback=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    )
    expect((await browser.get('https://ringback.example/dashboard')).status).toBe(200)
    const plain = browser.cookie?.replace('__Host-', '') ?? null
    expect((await browser.get('https://ringback.example/dashboard', { cookie: plain })).status).toBe(303)
  })

  it.each(['', 'no-such-key', `${ADMIN_KEY}x`, 'with spaces in it'])(
    'answers 401 with the form again and no cookie to the key %j',
    async (key) => {
      await using a = await dashboardWorld()
      const answer = await a.browser().login(key)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(answer.text).toContain('name="key"')
      if (key !== '') expect(answer.text).not.toContain(key)
    },
  )

  it('answers 429 to an address that has tried 600 unknown keys in a minute, the API included', async () => {
    await using a = await dashboardWorld()
    for (let n = 0; n < 300; n += 1) {
      await a.browser().login(`${n}`.padStart(20, 'x'))
      await a.ask('GET', '/v1/jobs', { key: `${n}`.padStart(20, 'y'), address: '192.0.2.9' })
    }
    const refused = await a.browser().login('one-more'.padStart(20, 'z'))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect((await a.browser().login(ADMIN_KEY)).status).toBe(303)
  })

  it('makes a new id each time and ends the session that came with it', async () => {
    await using a = await dashboardWorld()
    const browser = await a.operator()
    const before = browser.cookie
    await browser.login(ADMIN_KEY)
    expect(browser.cookie).not.toBe(before)
    expect((await browser.get('/dashboard')).status).toBe(200)
    expect((await browser.get('/dashboard', { cookie: before })).status).toBe(303)
  })

  it('takes no id of a session that somebody else made up', async () => {
    await using a = await dashboardWorld()
    const browser = a.browser()
    const planted = `ringback=${'a'.repeat(43)}`
    await browser.post('/dashboard/login', { fields: { key: ADMIN_KEY }, cookie: planted })
    expect((await browser.get('/dashboard', { cookie: planted })).status).toBe(303)
  })
})

describe('a session', () => {
  it.each(PAGES)('without one %s is a 303 to the login', async (path) => {
    await using a = await dashboardWorld()
    const answer = await a.browser().get(path)
    expect([answer.status, answer.location]).toEqual([303, '/dashboard/login'])
  })

  it('lasts 12 hours to the millisecond', async () => {
    await using a = await dashboardWorld()
    const browser = await a.operator()
    await a.world.clock.push(12 * 3600_000 - 1)
    expect((await browser.get('/dashboard')).status).toBe(200)
    await a.world.clock.push(1)
    expect((await browser.get('/dashboard')).status).toBe(303)
  })

  it('ends at once with its key', async () => {
    await using a = await dashboardWorld()
    const browser = await a.tenant()
    expect((await browser.get('/dashboard')).status).toBe(200)
    await revokeApiKey(a.world, { tenantId: null }, browser.keyId)
    expect((await browser.get('/dashboard')).status).toBe(303)
  })

  it('ends by the logout, which takes the cookie back', async () => {
    await using a = await dashboardWorld()
    const browser = await a.operator()
    const { cookie } = browser
    const answer = await browser.post('/dashboard/logout')
    expect([answer.status, answer.location]).toEqual([303, '/dashboard/login'])
    expect(answer.headers.get('set-cookie')).toMatch(/^ringback=; Path=\/; Max-Age=0;/)
    expect((await browser.get('/dashboard', { cookie })).status).toBe(303)
  })

  it('is nothing to the API', async () => {
    await using a = await dashboardWorld()
    const { cookie } = await a.operator()
    expect((await a.ask('GET', '/v1/jobs', { key: null, headers: { cookie: cookie ?? '' } })).status).toBe(401)
  })

  it('is kept as a hash', async () => {
    await using a = await dashboardWorld()
    const { cookie } = await a.operator()
    const page = { tenantId: null, limit: 10, before: null, createdAfter: null, createdBefore: null }
    const { rows } = await a.world.store.sessions.list(page)
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(cookie?.split('=')[1])
    expect(JSON.stringify(rows)).not.toContain(ADMIN_KEY)
  })
})

describe('every POST', () => {
  const FORGED = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://localhost' },
    { origin: 'http://localhost:8080' },
    { origin: null },
    { origin: null, headers: { 'sec-fetch-site': 'cross-site' } },
    { origin: null, headers: { 'sec-fetch-site': 'same-site' } },
    { origin: null, headers: { 'sec-fetch-site': 'none' } },
    { origin: ORIGIN, headers: { 'sec-fetch-site': 'cross-site' } },
  ]
  const POSTS = ['/dashboard/login', '/dashboard/logout', '/dashboard/portal', '/dashboard/portal/open', '/dashboard/jobs/job_1/cancel']

  it.each(POSTS.flatMap((path) => FORGED.map((forged) => ({ path, ...forged }))))('is refused: %j', async ({ path, ...forged }) => {
    await using a = await dashboardWorld()
    const browser = await a.operator()
    const answer = await browser.post(path, { fields: { key: ADMIN_KEY }, ...forged })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect((await browser.get('/dashboard')).status).toBe(200)
  })

  it.each([{ origin: ORIGIN }, { origin: 'http://ringback.test' }, { origin: null, headers: { 'sec-fetch-site': 'same-origin' } }])(
    'is taken from a page of ours: %j',
    async (own) => {
      await using a = await dashboardWorld()
      expect((await a.browser().post('/dashboard/login', { fields: { key: ADMIN_KEY }, ...own })).status).toBe(303)
    },
  )

  it('is refused from a name that somebody lets lead to the loopback address', async () => {
    await using a = await dashboardWorld()
    const form = { fields: { key: ADMIN_KEY }, origin: 'http://rebound.example' }
    expect((await a.browser().post('http://rebound.example/dashboard/login', form)).status).toBe(403)
  })

  it('takes forms only, and small ones', async () => {
    await using a = await dashboardWorld()
    const json = { headers: { 'content-type': 'application/json' } }
    const operator = await a.operator()
    expect((await operator.post('/dashboard/login', json)).status).toBe(415)
    expect((await operator.post('/dashboard/logout', json)).status).toBe(415)
    expect((await operator.get('/dashboard')).status).toBe(200)
    expect((await a.browser().post('/dashboard/login', { fields: { key: 'x'.repeat(20_000) } })).status).toBe(413)
  })
})

describe('every answer', () => {
  it.each([...PAGES, '/dashboard/login', '/dashboard/portal'].filter((path) => path !== '/dashboard/live'))(
    'has the policy and is kept nowhere: %s',
    async (path) => {
      await using a = await dashboardWorld()
      const { headers } = await (await a.operator()).get(path)
      expect(headers.get('content-security-policy')).toBe(POLICY)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      // With `no-referrer` a browser would send `Origin: null` with our own forms.
      expect(headers.get('referrer-policy')).toBe('same-origin')
    },
  )

  it('is gone with DASHBOARD=off', async () => {
    await using a = await dashboardWorld({ dashboard: false })
    for (const path of PAGES) expect((await a.ask('GET', path, { key: null })).status).toBe(404)
    expect((await a.ask('POST', '/v1/tenants/tnt_default/portal-links', { body: {} })).status).toBe(404)
  })
})
