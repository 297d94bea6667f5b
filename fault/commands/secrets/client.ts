/** Asks the service and keeps every answer as evidence, by who may see what is in it. */
import { Pool } from 'undici'
import type { Answer } from '../../../test/support/api.ts'
import type { Service } from '../../../test/support/service.ts'
import { askSocket, type SocketAnswer, type SocketQuestion } from './ask-socket.ts'
import type { Place } from './canaries.ts'
import { readAnswer } from './read-answer.ts'
import { readRoutes } from './routes.ts'
import type { Setup } from './setup.ts'

const CONNECTIONS = 8
const LOGIN = '/dashboard/login'
const LOGOUT = '/dashboard/logout'
const SOCKET = '/v1/ws'

export interface Question {
  /** The key in `Authorization: Bearer`; null for none. */
  key: string | null
  body?: unknown
  headers?: Record<string, string>
  /** Of a stream: it is read until this has come. Its first block when absent. */
  until?: string
}

export interface Client {
  /** Where it asks. */
  readonly origin: string
  /** Every route of the service as `GET /v1/jobs/{id}`. */
  readonly routes: readonly string[]
  /** How each route was answered. A page refuses by the way to the login: that counts as 401. */
  readonly statuses: ReadonlyMap<string, ReadonlySet<number>>
  readonly asked: number
  ask(place: Place, method: string, path: string, question: Question): Promise<Answer>
  askSocket(place: Place, question: SocketQuestion): Promise<SocketAnswer>
  close(): Promise<void>
}

/** A client of a running service. It reads the routes first. */
export async function createClient(service: Service, { keep }: Setup): Promise<Client> {
  const pool = new Pool(service.url, { connections: CONNECTIONS })
  const routes = await readRoutes(service.url)
  const statuses = new Map<string, Set<number>>(routes.all.map((route) => [route, new Set()]))
  let asked = 0

  function record(place: Place, method: string, path: string, { status, headers, text }: SocketAnswer): void {
    const route = routes.find(method, path)
    if (route !== undefined) statuses.get(route)?.add(status)
    keep({ place, what: `${method} ${path.split('?')[0]}`, bytes: Buffer.from(`${status}\n${JSON.stringify(headers)}\n${text}`) })
  }

  return {
    origin: service.url,
    routes: routes.all,
    statuses,
    get asked() {
      return asked
    },
    async ask(place, method, path, { key, body, headers = {}, until }) {
      asked += 1
      const response = await pool.request({
        method: method as 'GET',
        path,
        headers: {
          authorization: key === null ? '' : `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      })
      const text = await readAnswer(response, until)
      const fields = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
      const isSentAway = fields.location === LOGIN && path !== LOGOUT
      record(place, method, path, { status: isSentAway ? 401 : response.statusCode, headers: fields, text })
      return {
        status: response.statusCode,
        headers: fields,
        text,
        get json() {
          return JSON.parse(text)
        },
      }
    },
    async askSocket(place, question) {
      asked += 1
      const answer = await askSocket(service.url + SOCKET, question)
      record(place, 'GET', SOCKET, answer)
      return answer
    },
    close: () => pool.destroy(),
  }
}

/** Asks as the owner of one key, and insists on success. */
export type Ask = (
  place: Place,
  method: string,
  path: string,
  body?: unknown,
  more?: Pick<Question, 'headers' | 'until'>,
) => Promise<Answer>

/** Throws what was answered when it is a refusal. */
export function asking(client: Client, key: string): Ask {
  return async (place, method, path, body, more = {}) => {
    const answer = await client.ask(place, method, path, { key, body, ...more })
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
    return answer
  }
}
