/** Every page of the dashboard, as it would show what a stranger wrote. */
import { pageRoutes } from '../../../src/http/dashboard/pages/routes.ts'
import type { Written } from './scene.ts'

const LISTS = [
  ...['', '?span=day', '/jobs', '/deliveries', '/deliveries?status=dead', '/destinations', '/job-types', '/endpoints', '/events'],
  ...['/replay', '/access', '/access/audit', '/access/sessions'],
]
/** Filters that take any text, by the page that shows them again. A refusal of one hides the others, so each stands alone. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  '': ['tenant'],
  '/jobs': ['type', 'tag', 'error_code', 'tenant', 'done'],
  '/deliveries': ['type', 'error', 'destination', 'event', 'job_id'],
  '/replay': ['type', 'error', 'destination', 'event'],
  '/events': ['types', 'after'],
  '/find': ['id'],
}

/** The pages of records, below `/dashboard`. */
function pagesOf({ jobIds, deliveryId, eventId, endpointId, tenantId }: Written): string[] {
  return [
    ...jobIds.flatMap((id) => [`/jobs/${id}`, `/jobs/${id}?show=payload`, `/jobs/${id}?show=result`]),
    ...[`/deliveries/${deliveryId}`, `/deliveries/${deliveryId}?show=body`, `/events/${eventId}`, `/endpoints/${endpointId}`],
    ...[`/access/${tenantId}`, `/jobs?tenant=${tenantId}`, `/deliveries?tenant=${tenantId}`],
  ]
}

/** Pages that were made to show a text because a link says so, and paths that are none. */
function filteredBy(text: string): string[] {
  const value = encodeURIComponent(text)
  const each = Object.entries(FILTERS).flatMap(([path, names]) => names.map((name) => `${path}?${name}=${value}`))
  return [...each, `/${value}`, `/jobs/${value}`]
}

/** What a browser is led to, in full. */
export function pagesToWalk(written: readonly Written[]): string[] {
  const paths = [...LISTS, ...written.flatMap((one) => [...pagesOf(one), ...filteredBy(one.text)])]
  return paths.map((path) => `/dashboard${path}`)
}

/** What is downloaded and never shown. */
export function downloadsOf({ jobIds }: Written): string[] {
  return jobIds.slice(0, 2).flatMap((id) => [`/dashboard/jobs/${id}/payload`, `/dashboard/jobs/${id}/result`])
}

/** The id that a path with this parameter is about. */
export function pathFor(route: string, { jobIds, deliveryId, eventId, endpointId, tenantId, keyId }: Written): string {
  const ids: readonly (readonly [prefix: string, id: string])[] = [
    ['/dashboard/jobs/', jobIds[0] ?? ''],
    ['/dashboard/deliveries/', deliveryId],
    ['/dashboard/events/', eventId],
    ['/dashboard/endpoints/', endpointId],
    ['/dashboard/access/keys/', keyId],
    ['/dashboard/access/', tenantId],
  ]
  const id = ids.find(([prefix]) => route.startsWith(prefix))?.[1]
  return route.replace(':type', 'graffiti.write').replace(':id', () => {
    if (id === undefined) throw new Error(`nobody has said what the id of ${route} is`)
    return id
  })
}

/** The routes that were not walked: a page that is new is in no list yet. */
export function routesWithout(walked: readonly string[]): string[] {
  const paths = walked.map((path) => path.replace(/\?.*/, ''))
  const isWalked = (route: string) => paths.some((path) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`).test(path))
  return pageRoutes.filter(({ method, path }) => method === 'get' && !isWalked(path)).map(({ path }) => path)
}
