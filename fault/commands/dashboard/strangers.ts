/** The ids of one tenant's records, asked for by others: answered as ids that nobody has, to the byte. */
import { pageRoutes } from '../../../src/http/dashboard/pages/routes.ts'
import { type Answered, type Asked, ask, cookieOf, login } from './client.ts'
import { pathFor } from './pages.ts'
import type { Scene, Written } from './scene.ts'
import type { StrangersSeen } from './verdict.ts'

const ID = /\b((?:job|dlv|evt|ep|key|tnt)_)([0-9a-f]{24})[0-9a-f]{8}\b/g
/** An id tells when it was made, and that decides what an unknown one is told: the unknown one is of the same time. */
const OTHER_END = 'deadbeef'
/** Of the answer: a page may say as of when it is. */
const MOMENT = /\d{4}-\d\d-\d\d[T ]\d\d(?::|%3A)\d\d(?::|%3A)\d\d(?:\.\d+Z)?/g

/** Asks every page and form about the records of the first tenant as others, and as themselves. */
export async function tryStrangers({ service, written, newTenant, portalLink }: Scene): Promise<StrangersSeen> {
  const [owner] = written
  if (owner === undefined) throw new Error('there is nothing to hide')
  const { url } = service
  const stranger = await newTenant('stranger')
  const link = await portalLink(stranger.tenantId)
  const body = { code: new URL(link).hash.slice(1) }
  const guest = cookieOf(await ask(url, { method: 'POST', path: '/dashboard/portal/open', headers: { origin: url }, body }))
  const others = { 'a key': await login(url, stranger.key), 'a link': guest }
  const requests = requestsAbout(owner)

  const differing: string[] = []
  let compared = 0
  for (const [by, cookie] of Object.entries(others)) {
    const askAs = (asked: Asked) => ask(url, { ...asked, headers: { origin: url, cookie } })
    for (const asked of requests) {
      const foreign = shownIn(await askAs(asked))
      const unknown = shownIn(await askAs(withoutIds(asked)))
      compared += 1
      if (foreign !== unknown) differing.push(`by ${by}, ${asked.method ?? 'GET'} ${asked.path}`)
    }
    for (const path of ['', '/jobs', '/deliveries', '/destinations', '/endpoints', '/events', '/replay']) {
      const { text } = await askAs({ path: `/dashboard${path}` })
      compared += 1
      if (idsOf(owner).some((id) => text.includes(id))) differing.push(`by ${by}, the list /dashboard${path}`)
    }
  }

  const cookie = await login(url, owner.key)
  const pages = requests.filter(({ method, path }) => method !== 'POST' && !path.includes('/access/'))
  const unfound: string[] = []
  for (const { path } of pages) {
    const { status } = await ask(url, { path, headers: { cookie } })
    if (![200, 303].includes(status)) unfound.push(`${path} (${status})`)
  }
  return { compared, differing, unfound }
}

/** All that can be asked with an id: in the path of a page or form, in a filter, in a field. */
function requestsAbout(owner: Written): Asked[] {
  const byPath = pageRoutes
    .filter(({ path }) => path.includes(':id'))
    .map(({ method, path }): Asked => ({ method: method === 'post' ? 'POST' : 'GET', path: pathFor(path, owner) }))
  const { jobIds, deliveryId, eventId, endpointId, tenantId } = owner
  const filters = [
    ...[`/deliveries?job_id=${jobIds[0]}`, `/deliveries?event=${eventId}`, `/replay?job_id=${jobIds[0]}`, `/events?after=${eventId}`],
    ...[jobIds[0], deliveryId, eventId, endpointId].map((id) => `/find?id=${id}`),
  ]
  const ofTenant = ['', '/jobs', '/deliveries', '/destinations', '/endpoints', '/events', '/replay', '/access/audit']
  const fields = { destination: 'https://partner.example', tenant: tenantId }
  return [
    ...byPath,
    ...filters.map((path) => ({ path: `/dashboard${path}` })),
    ...ofTenant.map((path) => ({ path: `/dashboard${path}?tenant=${tenantId}` })),
    ...['pause', 'resume'].map((verb): Asked => ({ method: 'POST', path: `/dashboard/destinations/${verb}`, body: fields })),
  ]
}

function idsOf({ jobIds, deliveryId, eventId, endpointId }: Written): string[] {
  return [...jobIds, deliveryId, eventId, endpointId]
}

function withoutIds(asked: Asked): Asked {
  const { body } = asked
  const unknown = (text: string) => text.replaceAll(ID, `$1$2${OTHER_END}`)
  const fields = typeof body === 'object' ? Object.entries(body).map(([name, value]) => [name, unknown(value)]) : null
  return { ...asked, path: unknown(asked.path), ...(fields && { body: Object.fromEntries(fields) }) }
}

/** Status, headers and body. An answer repeats what it was asked for, such as a filter: of ids only the kind counts, and no time. */
function shownIn({ status, headers, text }: Answered): string {
  return JSON.stringify([status, headers, text]).replaceAll(ID, '$1').replaceAll(MOMENT, 'moment')
}
