/** Asks the service and keeps every answer as evidence, by who may see what is in it. */
import { type Answer, createApi } from '../../../test/support/api.ts'
import type { Service } from '../../../test/support/service.ts'
import type { Place } from './canaries.ts'
import type { Setup } from './setup.ts'

export interface Question {
  /** The key in `Authorization: Bearer`; null for none. */
  key: string | null
  body?: unknown
  headers?: Record<string, string>
}

export interface Client {
  /** Every route of the app as `GET /v1/jobs/{id}`, from its own document. */
  readonly routes: readonly string[]
  /** How each route was answered. */
  readonly statuses: ReadonlyMap<string, ReadonlySet<number>>
  readonly asked: number
  ask(place: Place, method: string, path: string, question: Question): Promise<Answer>
  close(): Promise<void>
}

export async function createClient(service: Service, { keep }: Setup): Promise<Client> {
  const api = createApi(service.url, '', 8)
  const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as { paths: Record<string, object> }
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const patterns = routes
    .map((route) => ({ route, pattern: new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/?]+')}(?:\\?.*)?$`) }))
    .toSorted((a, b) => Number(a.route.includes('{')) - Number(b.route.includes('{')))
  const statuses = new Map<string, Set<number>>(routes.map((route) => [route, new Set()]))
  let asked = 0
  return {
    routes,
    statuses,
    get asked() {
      return asked
    },
    async ask(place, method, path, { key, body, headers = {} }) {
      asked += 1
      const authorization = key === null ? '' : `Bearer ${key}`
      const answer = await api.call(method as 'GET', path, { body, headers: { authorization, ...headers } })
      const route = patterns.find(({ pattern }) => pattern.test(`${method} ${path}`))?.route
      if (route !== undefined) statuses.get(route)?.add(answer.status)
      const text = `${answer.status}\n${JSON.stringify(answer.headers)}\n${answer.text}`
      keep({ place, what: `${method} ${path.split('?')[0]}`, bytes: Buffer.from(text) })
      return answer
    },
    close: () => api.close(),
  }
}

/** Asks as the owner of one key, and insists on success. */
export type Ask = (place: Place, method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

export function asking(client: Client, key: string): Ask {
  return async (place, method, path, body, headers = {}) => {
    const answer = await client.ask(place, method, path, { key, body, headers })
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
    return answer
  }
}
