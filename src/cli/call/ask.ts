/** One request of the API whose answer is printed as it came, so that numbers and members stay what they were. */
import { refusalOf } from '../../client/transport/refusal.ts'
import type { Call } from '../../client/transport/transport.ts'
import type { Invocation } from './command.ts'

/** An answer with a 2xx. */
export interface Answered<T> {
  status: number
  headers: Headers
  /** The very text; empty for a 204. */
  text: string
  document: T
}

/** An answer takes so long at most, milliseconds: nothing here is held by the service. */
const LIMIT_MS = 60_000

/** Refuses as the route does. */
export async function ask<T>(call: Pick<Invocation, 'client' | 'signal' | 'world'>, request: Call): Promise<Answered<T>> {
  const { time } = call.world
  const late = new AbortController()
  const stop = time.after(LIMIT_MS, () => late.abort(new Error(`no whole answer within ${LIMIT_MS / 1000} s`)))
  try {
    const response = await call.client().request({ ...request, signal: AbortSignal.any([call.signal, late.signal]) })
    const { status, headers } = response
    const text = await response.text()
    if (status < 200 || status > 299) throw refusalOf({ status, headers, text }, time.now())
    return { status, headers, text, document: status === 204 ? (undefined as T) : JSON.parse(text) }
  } finally {
    stop()
  }
}
