/** What can be asked of the service: the routes of its own document, and the pages, which are in none. */
import { pageRoutes } from '../../../src/http/dashboard/pages/routes.ts'

/** Pages and streams without a session, or of a kind of their own. */
const DOORS = [
  'POST /dashboard/login',
  'POST /dashboard/logout',
  'POST /dashboard/portal',
  'POST /dashboard/portal/open',
  'GET /dashboard/live',
]

export interface Routes {
  /** Each as `GET /v1/jobs/{id}`. */
  readonly all: readonly string[]
  /** The one that answers this request; undefined when there is none. */
  find(method: string, path: string): string | undefined
}

/** The routes of a running service. */
export async function readRoutes(url: string): Promise<Routes> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> }
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const pages = pageRoutes.map(({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  const all = [...documented, ...pages, ...DOORS]
  const patterns = all
    .map((route) => ({ route, pattern: new RegExp(`^${route.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/?]+')}(?:\\?.*)?$`) }))
    .toSorted((a, b) => Number(a.route.includes('{')) - Number(b.route.includes('{')))
  return { all, find: (method, path) => patterns.find(({ pattern }) => pattern.test(`${method} ${path}`))?.route }
}

/** Whether a route is for browsers. */
export function isPage(route: string): boolean {
  return route.includes(' /dashboard')
}
