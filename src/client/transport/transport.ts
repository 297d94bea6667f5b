/** One request and its answer, over the `fetch` of the runtime or the one handed in. Nothing is tried twice here. */
import { RingbackError } from './errors.ts'
import { refusalOf, unreadable } from './refusal.ts'
import { type Time, within } from './time.ts'

/** What the client calls: the `fetch` of the runtime, or one with its shape. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response> | Response

/** Members of a query; null and undefined are left out. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

/** A request of the API. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'HEAD'
  /** From the root of the service: `/v1/jobs`. */
  path: string
  query?: Query | undefined
  /** JSON text. */
  body?: string | undefined
  headers?: Readonly<Record<string, string>> | undefined
  /** `manual` when absent. */
  redirect?: 'follow'
  signal?: AbortSignal | undefined
  /** The whole answer must be here within so many milliseconds. No limit when absent. */
  limitMs?: number | undefined
}

/** An answer that is here to its last byte. */
export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** How the client speaks with the service. Everything rejects with the reason of an aborted signal, or a `RingbackError`. */
export interface Transport {
  readonly time: Time
  /** An answer of whatever status as soon as its headers are here. Redirects are not followed unless it is asked for. */
  open(call: Call): Promise<Response>
  /** A whole answer of whatever status. */
  ask(call: Call): Promise<Answer>
  /** The value of the JSON that a 2xx answered with. Refuses every other status. */
  json<T>(call: Call): Promise<T>
}

/** Where and as whom the client asks. */
export interface TransportOptions {
  /** The base of the service, which may have a path. */
  url: string
  key: string | undefined
  fetch: FetchLike
  headers: Readonly<Record<string, string>>
  time: Time
}

/** Throws a TypeError for a URL or a header that no request can have. */
export function createTransport({ url, key, fetch, headers, time }: TransportOptions): Transport {
  const base = baseOf(url)
  // Judged here once: in `fetch` a bad value would look like a failure of the network.
  const always = new Headers({ accept: 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers })

  const send = async (call: Call, signal: AbortSignal | undefined): Promise<Response> => {
    const own = new Headers(always)
    if (call.body !== undefined) own.set('content-type', 'application/json')
    for (const [name, value] of Object.entries(call.headers ?? {})) own.set(name, value)
    return fetch(`${base}${call.path}${queryText(call.query)}`, {
      method: call.method,
      headers: Object.fromEntries(own),
      redirect: call.redirect ?? 'manual',
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(signal === undefined ? {} : { signal }),
    })
  }

  const failure = (error: unknown, { signal }: Call): unknown =>
    signal?.aborted ? signal.reason : error instanceof RingbackError ? error : unreadable(error)

  const ask = async (call: Call): Promise<Answer> => {
    try {
      return await within(time, { ms: call.limitMs ?? null, signal: call.signal }, async (signal) => {
        const response = await send(call, signal)
        return { status: response.status, headers: response.headers, text: await response.text() }
      })
    } catch (error) {
      throw failure(error, call)
    }
  }

  return {
    time,
    ask,
    async open(call) {
      try {
        call.signal?.throwIfAborted()
        return await send(call, call.signal)
      } catch (error) {
        throw failure(error, call)
      }
    },
    async json<T>(call: Call): Promise<T> {
      const answer = await ask(call)
      if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, time.now())
      if (answer.status === 204) return undefined as T
      try {
        return JSON.parse(answer.text)
      } catch (cause) {
        throw unreadable(cause)
      }
    },
  }
}

function baseOf(url: string): string {
  const parsed = URL.parse?.(url) ?? new URL(url)
  if (!/^https?:$/.test(parsed.protocol)) throw new TypeError('the url of a client must begin with http:// or https://')
  if (parsed.username !== '' || parsed.password !== '') throw new TypeError('the url of a client must not hold a password: give `key`')
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`
}

function queryText(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] => (value == null ? [] : [[name, String(value)]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
