import { type Client, createClientOver } from './client.ts'
import type { AnyJobs } from './documents/job-map.ts'
import { systemTime } from './transport/time.ts'
import type { FetchLike } from './transport/transport.ts'

/** Where the service is, and as whom it is asked. */
export interface ClientOptions {
  /** The base of the service. In Node the variable RINGBACK_URL when absent. */
  url?: string | undefined
  /** An API key, or a token of one job. In Node the variable RINGBACK_API_KEY when absent; without either nothing is sent. */
  key?: string | undefined
  /** Used instead of the runtime's. */
  fetch?: FetchLike | undefined
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>> | undefined
}

/** A client of the service at `url`. Throws a TypeError when there is no URL, or one that is not http or https. */
export function createClient<Jobs extends object = AnyJobs>(options: ClientOptions = {}): Client<Jobs> {
  const url = options.url ?? variable('RINGBACK_URL')
  if (url === undefined) throw new TypeError('createClient needs a url, or the variable RINGBACK_URL')
  return createClientOver<Jobs>({
    url,
    key: options.key ?? variable('RINGBACK_API_KEY'),
    // Looked up at each call, on the object it belongs to: browsers demand it, and tests replace it.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    headers: options.headers ?? {},
    time: systemTime,
  })
}

/** An environment variable where there is an environment; an empty one counts as absent. */
function variable(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  return process?.env?.[name] || undefined
}
