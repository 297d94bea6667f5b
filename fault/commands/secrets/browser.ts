/** A browser at the dashboard: forms from its own pages, and the cookie of a session. */
import type { Answer } from '../../../test/support/api.ts'
import type { Place } from './canaries.ts'
import type { Client } from './client.ts'
import type { Setup } from './setup.ts'

export type Fields = Readonly<Record<string, string>>

export interface Browser {
  /** Its session as it sends it; null for none. */
  readonly cookie: string | null
  get(path: string, headers?: Fields): Promise<Answer>
  /** @param headers `origin` for a form of another page */
  post(path: string, fields?: Fields, headers?: Fields): Promise<Answer>
}

/** @param place what its pages are evidence of */
export function createBrowser(client: Client, place: Place, cookie: string | null): Browser {
  const session = cookie === null ? {} : { cookie }
  const form = { origin: client.origin, 'content-type': 'application/x-www-form-urlencoded' }
  return {
    cookie,
    get: (path, headers = {}) => client.ask(place, 'GET', path, { key: null, headers: { ...session, ...headers } }),
    post(path, fields = {}, headers = {}) {
      const body = new URLSearchParams(fields).toString()
      return client.ask(place, 'POST', path, { key: null, body, headers: { ...session, ...form, ...headers } })
    },
  }
}

/** The browser that a form of the door opens a session for, with a key or the code of a portal link. Throws when it opens none. */
export async function openSession(client: Client, { learn }: Setup, place: Place, [path, fields]: [string, Fields]): Promise<Browser> {
  const { headers, text } = await createBrowser(client, 'shown', null).post(path, fields)
  const cookie = /^[^;]+/.exec(headers['set-cookie'] ?? '')?.[0]
  const id = cookie?.split('=')[1]
  if (cookie === undefined || id === undefined) throw new Error(`${path} opened no session: ${text}`)
  learn('session', id)
  return createBrowser(client, place, cookie)
}

/** Succeeds, or throws what was answered. */
export async function done(asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked
  if (answer.status >= 400) throw new Error(`a page answered ${answer.status}: ${/role="alert">[^<]*/.exec(answer.text)?.[0]}`)
  return answer
}
