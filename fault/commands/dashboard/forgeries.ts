/** Forms that no page of the service has sent, with the cookie of the operator, which a browser may or may not send along. */
import { pageRoutes } from '../../../src/http/dashboard/pages/routes.ts'
import { ADMIN_KEY } from '../../../test/support/service.ts'
import { type Asked, ask, login } from './client.ts'
import { pathFor } from './pages.ts'
import type { Scene, Written } from './scene.ts'
import type { ForgedSeen } from './verdict.ts'

type Form = Asked & { body: Record<string, string> }
/** Makes a forged request of one that our own page would send to the service at this URL. */
type Forge = (own: Form, url: URL) => Asked

const withHeaders = (headers: (url: URL) => Record<string, string>): Forge => {
  return (own, url) => ({ ...own, headers: { ...own.headers, ...headers(url) } })
}
const byGet: Forge = ({ path, body, headers = {} }, url) => {
  const origin = { origin: url.origin, 'sec-fetch-site': 'same-origin' }
  return { path: `${path}?${new URLSearchParams(body)}`, headers: { ...headers, ...origin } }
}
const rebound = ({ port }: URL) => `rebound.example:${port}`

/** The kinds, by name. */
const FORGERIES: Readonly<Record<string, Forge>> = {
  'no Origin': withHeaders(() => ({})),
  'Origin null': withHeaders(() => ({ origin: 'null', 'sec-fetch-site': 'cross-site' })),
  'Origin null, from a sandbox on our own page': withHeaders(() => ({ origin: 'null', 'sec-fetch-site': 'same-origin' })),
  'a foreign Origin': withHeaders(() => ({ origin: 'https://evil.example' })),
  'a foreign Origin that says it is ours': withHeaders(() => ({ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' })),
  'another port': withHeaders(({ port }) => ({ origin: `http://127.0.0.1:${Number(port) === 65_535 ? 1 : Number(port) + 1}` })),
  'another scheme': withHeaders(({ host }) => ({ origin: `https://${host}` })),
  'another name of the loopback address': withHeaders(({ port }) => ({
    origin: `http://127.0.0.2:${port}`,
    'sec-fetch-site': 'cross-site',
  })),
  'an Origin that begins like ours': withHeaders(({ origin }) => ({ origin: `${origin}.evil.example` })),
  'an Origin with ours as its user': withHeaders(({ origin }) => ({ origin: `${origin}@evil.example` })),
  'two Origins': withHeaders(({ origin }) => ({ origin: `https://evil.example, ${origin}` })),
  'Sec-Fetch-Site cross-site': withHeaders(() => ({ 'sec-fetch-site': 'cross-site' })),
  'Sec-Fetch-Site cross-site beside our Origin': withHeaders(({ origin }) => ({ origin, 'sec-fetch-site': 'cross-site' })),
  'Sec-Fetch-Site same-site': withHeaders(() => ({ 'sec-fetch-site': 'same-site' })),
  'Sec-Fetch-Site none, as from the address bar': withHeaders(() => ({ 'sec-fetch-site': 'none' })),
  'a Referer of ours': withHeaders(({ origin }) => ({ referer: `${origin}/dashboard` })),
  'a Host that somebody lets lead here': withHeaders((url) => ({ host: rebound(url), origin: `http://${rebound(url)}` })),
  'the same, without an Origin': withHeaders((url) => ({ host: rebound(url), 'sec-fetch-site': 'same-origin' })),
  'a Host of a proxy': withHeaders(() => ({
    origin: 'https://evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
  })),
  'a body of JSON': (own, url) => {
    const headers = { ...own.headers, origin: url.origin, 'content-type': 'application/json' }
    return { ...own, headers, body: JSON.stringify(own.body) }
  },
  'a body of plain text': (own, url) => {
    const headers = { ...own.headers, origin: url.origin, 'content-type': 'text/plain' }
    return { ...own, headers, body: new URLSearchParams(own.body).toString() }
  },
  'a form by GET': byGet,
  'a GET that says it is a POST': (own, url) => {
    const got = byGet(own, url)
    return { ...got, path: `${got.path}&_method=POST`, headers: { ...got.headers, 'x-http-method-override': 'POST' } }
  },
}

const REFUSED = [403, 415]
/** A POST of ours that is refused by these has not met its record, or no page. */
const NOT_TAKEN = [...REFUSED, 401, 404, 405]

/** Sends every form of the dashboard in every forged way; then, as our own page does, once. */
export async function tryForgeries({ service, written, portalLink }: Scene): Promise<ForgedSeen> {
  const [one] = written
  if (one === undefined) throw new Error('there is nothing that a form could be about')
  const { url } = service
  const code = new URL(await portalLink(one.tenantId)).hash.slice(1)
  const forms = formsOf(one, code)
  const cookie = await login(url, ADMIN_KEY)
  const accepted: string[] = []
  let sent = 0
  for (const [kind, forge] of Object.entries(FORGERIES)) {
    for (const form of forms) {
      const answer = await ask(url, forge({ ...form, headers: { cookie } }, new URL(url)))
      sent += 1
      const isGet = kind.includes('GET')
      const isTaken = !isGet && !REFUSED.includes(answer.status)
      if (isTaken || answer.header('set-cookie') !== null) accepted.push(`${kind}: ${form.path} (${answer.status})`)
    }
    for (const deed of await deedsIn(service)) accepted.push(`${kind}: ${deed} was done`)
  }
  const ownRefused: string[] = []
  for (const form of forms) {
    const answer = await ask(url, { ...form, headers: { cookie: await login(url, ADMIN_KEY), origin: url } })
    if (NOT_TAKEN.includes(answer.status)) ownRefused.push(`${form.path} (${answer.status})`)
  }
  if ((await deedsIn(service)).length === 0) ownRefused.push('nothing of it is in the audit log')
  return { kinds: Object.keys(FORGERIES).length, sent, accepted, ownRefused }
}

/** What was changed by the dashboard, in the words of the audit log. */
async function deedsIn({ api }: Scene['service']): Promise<string[]> {
  const { json } = await api.call('GET', '/v1/audit?tenant=*&limit=100')
  return json.data.flatMap(({ actor, action }: { actor: { via: string }; action: string }) => (actor.via === 'dashboard' ? [action] : []))
}

/** Every form of the dashboard, each so that it would do something. The key goes last: with it goes what it may do. */
function formsOf(one: Written, code: string): Form[] {
  const fields: Readonly<Record<string, Record<string, string>>> = {
    '/dashboard/login': { key: ADMIN_KEY },
    '/dashboard/portal': { code },
    '/dashboard/portal/open': { code },
    '/dashboard/replay': { as_of: new Date(Date.now() + 3600_000).toISOString(), expect: '1000000' },
    '/dashboard/destinations/pause': { destination: 'https://partner.example', tenant: one.tenantId },
    '/dashboard/destinations/resume': { destination: 'https://partner.example', tenant: one.tenantId },
    '/dashboard/access/:id/keys': { name: 'forged', scope: 'jobs:read' },
  }
  const doors = ['/dashboard/login', '/dashboard/portal', '/dashboard/portal/open']
  const routes = [...doors, ...pageRoutes.flatMap(({ method, path }) => (method === 'post' ? [path] : [])), '/dashboard/logout']
  return routes.map((route) => ({ method: 'POST', path: pathFor(route, one), body: fields[route] ?? {} }))
}
