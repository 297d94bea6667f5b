/** One event for the local receiver, as the service would send it. */
import type { EventText } from '../../../client/resources/event-texts.ts'
import { sign } from '../../../client/sign.ts'
import type { World } from '../../world/world.ts'

/** A receiver has as long as the service gives one by default, milliseconds. */
const TIMEOUT_MS = 15_000
/** Read of an answer, characters. */
const SHOWN_ANSWER = 200

/** What came of one try. */
export interface Answer {
  /** A 2xx. */
  taken: boolean
  /** Null: there was no answer. */
  status: number | null
  ms: number
  /** The first line of the answer's body, or why there is none. */
  told: string
}

/** Where events go. */
export interface Target {
  url: string
  secrets: readonly string[]
}

/** Posts the very bytes of the event with a fresh signature. Rejects only with the reason of `signal`. */
export async function deliver(world: World, target: Target, event: EventText, signal: AbortSignal): Promise<Answer> {
  const { time } = world
  const signature = await sign({ id: event.id, timestamp: time.now() / 1000, body: event.body }, target.secrets)
  const startedAt = time.monotonic()
  const late = new AbortController()
  const stop = time.after(TIMEOUT_MS, () => late.abort(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
  const took = () => Math.round(time.monotonic() - startedAt)
  try {
    const response = await world.fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': `Ringback/${world.version}`,
        'accept-encoding': 'identity',
        ...signature,
      },
      body: event.body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, late.signal]),
    })
    const ms = took()
    const { status } = response
    // As with the service the headers decide, whatever becomes of the body.
    const told = await firstLine(response)
    return { taken: status >= 200 && status <= 299, status, ms, told }
  } catch (error) {
    signal.throwIfAborted()
    const { message, cause } = error as Error
    return { taken: false, status: null, ms: took(), told: cause instanceof Error ? cause.message : message }
  } finally {
    stop()
  }
}

async function firstLine(response: Response): Promise<string> {
  try {
    const reader = response.body?.getReader()
    if (reader === undefined) return ''
    let text = ''
    const decoder = new TextDecoder()
    while (text.length < SHOWN_ANSWER && !text.includes('\n')) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
    await reader.cancel()
    return text.split('\n')[0]?.slice(0, SHOWN_ANSWER) ?? ''
  } catch {
    return ''
  }
}
