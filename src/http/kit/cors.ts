/** Which pages of other origins may call (`CORS_ORIGINS`): the read routes and the submit, never with cookies. */
import { respondEmpty } from './respond.ts'
import type { AnyRoute } from './route.ts'

const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, if-none-match, last-event-id, prefer, traceparent'
const EXPOSED_HEADERS = 'Location, Retry-After, ETag, Link, Preference-Applied, Idempotent-Replayed, RateLimit, RateLimit-Policy'
/** How long a browser may remember the answer to a preflight, seconds. */
const MAX_AGE_SECONDS = 600

type Called = Pick<AnyRoute, 'method' | 'path'>

/** The rules of one installation. */
export interface Cors {
  /** Whether pages of this origin may call. */
  allows(origin: string): boolean
  /** What goes with every answer of a route. Names in lower case. */
  headers(route: Called, origin: string | null): Record<string, string>
  /** The answer to a preflight for a path that takes these methods; null: the page may not call it. */
  preflight(path: string, methods: readonly string[], request: Headers): Response | null
}

/** @param origins as browsers write them, or `*` alone */
export function createCors(origins: readonly string[]): Cors {
  const any = origins.includes('*')
  const allows = (origin: string) => any || origins.includes(origin)

  function allowed(origin: string): Record<string, string> {
    return { 'access-control-allow-origin': any ? '*' : origin }
  }

  return {
    allows,
    headers(route, origin) {
      if (origins.length === 0 || !isOpen(route)) return {}
      // A cache keeps an answer for the origin it was given to.
      const vary = any ? {} : { vary: 'Origin' }
      if (origin === null || !allows(origin)) return vary
      return { ...vary, ...allowed(origin), 'access-control-expose-headers': EXPOSED_HEADERS }
    },
    preflight(path, methods, request) {
      const [origin, method] = [request.get('origin'), request.get('access-control-request-method')]
      if (origin === null || method === null || !allows(origin)) return null
      const open = methods.filter((one) => isOpen({ method: one.toLowerCase() as Called['method'], path }))
      if (open.includes('GET')) open.push('HEAD')
      if (!open.includes(method)) return null
      return respondEmpty(204, {
        ...allowed(origin),
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
        'access-control-allow-methods': open.join(', '),
        'access-control-allow-headers': ALLOWED_HEADERS,
        'access-control-max-age': String(MAX_AGE_SECONDS),
      })
    },
  }
}

function isOpen({ method, path }: Called): boolean {
  return path.startsWith('/v1/') && (method === 'get' || (method === 'post' && path === '/v1/jobs'))
}
