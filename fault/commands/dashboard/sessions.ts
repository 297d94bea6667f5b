/** Sessions that are over, or were never opened, on every page and form. */
import { createHash } from 'node:crypto'
import { pageRoutes } from '../../../src/http/dashboard/pages/routes.ts'
import { ADMIN_KEY } from '../../../test/support/service.ts'
import { type Answered, ask, cookieOf, login } from './client.ts'
import { pathFor } from './pages.ts'
import type { Scene, Written } from './scene.ts'
import type { SessionsSeen } from './verdict.ts'

const LOGIN = '/dashboard/login'
/** Nobody has made it. */
const MADE_UP = 'a'.repeat(43)

/** Asks every page and form with sessions that are over, and with one that lasts. */
export async function trySessions(scene: Scene): Promise<SessionsSeen> {
  const { service, written } = scene
  const [one] = written
  if (one === undefined) throw new Error('there is nothing that a page could be about')
  const ended = await endedSessions(scene)
  const accepted: string[] = []
  let tried = 0
  for (const [how, cookie] of Object.entries(ended)) {
    for (const [route, answer] of await askAll(service.url, cookie, one)) {
      tried += 1
      if (answer.status !== 303 || answer.header('location') !== LOGIN) accepted.push(`${how}: ${route} (${answer.status})`)
    }
    // What opens the dashboard opens nothing of the API, and this least of all.
    for (const headers of [{ cookie }, { authorization: `Bearer ${cookie.replace(/^[^=]*=/, '')}` }]) {
      tried += 1
      const { status } = await ask(service.url, { path: '/v1/jobs', headers })
      if (status !== 401) accepted.push(`${how}: the API (${status})`)
    }
  }
  const lasting = await askAll(service.url, await login(service.url, ADMIN_KEY), one)
  const ownRefused = lasting.flatMap(([route, { header }]) => (header('location') === LOGIN ? [route] : []))
  return { kinds: Object.keys(ended).length, tried, accepted, ownRefused }
}

async function askAll(url: string, cookie: string, one: Written): Promise<[route: string, answer: Answered][]> {
  const answers: [string, Answered][] = []
  for (const { method, path } of pageRoutes) {
    const asked = { path: pathFor(path, one), headers: { cookie, origin: url } }
    answers.push([`${method} ${path}`, await ask(url, method === 'post' ? { ...asked, method: 'POST' } : asked)])
  }
  return answers
}

/** Cookies that are good for nothing, by how it came. */
async function endedSessions({ service, newTenant, portalLink }: Scene): Promise<Record<string, string>> {
  const { url, api } = service
  const post = (path: string, cookie: string, body = {}) => ask(url, { method: 'POST', path, headers: { origin: url, cookie }, body })
  const operator = () => login(url, ADMIN_KEY)

  const stolen = await operator()
  await post('/dashboard/logout', stolen)

  // Put into the browser of the operator by somebody who waits for the login: their own session, and an id that they made up.
  const attacker = await newTenant('attacker')
  const fixed = await login(url, attacker.key)
  await login(url, ADMIN_KEY, fixed)
  await login(url, ADMIN_KEY, `ringback=${MADE_UP}`)

  const replaced = await operator()
  await login(url, ADMIN_KEY, replaced)

  const owner = await newTenant('owner')
  const ofKey = await login(url, owner.key)
  const linking = await api.call('POST', '/v1/tenants/tnt_default/api-keys', { body: { scopes: ['admin'] } })
  const link = await portalLink(owner.tenantId, linking.json.key)
  const ofLink = cookieOf(await post('/dashboard/portal/open', '', { code: new URL(link).hash.slice(1) }))
  for (const keyId of [owner.keyId, linking.json.id]) await post(`/dashboard/access/keys/${keyId}/revoke`, await operator())

  const [, id = ''] = (await operator()).split('=')
  const codeOnly = new URL(await portalLink(owner.tenantId)).hash.slice(1)
  return {
    'stolen, after the logout': stolen,
    'fixed before the login: a session of the attacker': fixed,
    'fixed before the login: an id made up': `ringback=${MADE_UP}`,
    'of the same browser, before it logged in again': replaced,
    'of a key that was revoked': ofKey,
    'of a link whose key was revoked': ofLink,
    'the code of a link that was not opened': `ringback=${codeOnly}`,
    'the hash of an id': `ringback=${createHash('sha256').update(id).digest('base64url')}`,
    'an id in the other case': `ringback=${swapCase(id)}`,
    'an id without its end': `ringback=${id.slice(0, -1)}`,
    'an id under another name': `session=${id}`,
    'no id': 'ringback=',
  }
}

function swapCase(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()))
}
