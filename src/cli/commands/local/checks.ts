/** The checks of `ringback doctor`. Each rejects as the request it makes. */
import { ask } from '../../call/ask.ts'
import type { Invocation } from '../../call/command.ts'
import { EXIT } from '../../world/ends.ts'

/** What one check found. */
export interface Finding {
  ok: boolean
  /** In one line, with what to do. */
  detail: string
  exit?: number
}

/** Clocks may differ by so much, milliseconds: the header it is read from has whole seconds. */
const CLOCK_TOLERANCE_MS = 5_000
/** Receivers refuse a callback whose time is further off. Milliseconds. */
const SIGNATURE_TOLERANCE_MS = 300_000
/** The service may be asked by its public name for so long, milliseconds. */
const REACH_MS = 10_000

/** Whether anything answers, and whether that is Ringback. */
export async function checkService(call: Invocation): Promise<Finding> {
  const { url } = call.service()
  const response = await call.client().request({ method: 'GET', path: '/healthz', signal: call.signal })
  await response.text()
  if (response.status === 200) return { ok: true, detail: `${url} answers` }
  return { ok: false, detail: `${url} answers /healthz with ${response.status}: is this the address of Ringback?`, exit: EXIT.failed }
}

/** Whether it takes work: store, queue, migrations. */
export async function checkReady(call: Invocation): Promise<Finding> {
  const response = await call.client().request({ method: 'GET', path: '/readyz', signal: call.signal })
  const text = await response.text()
  if (response.status === 200) return { ok: true, detail: 'it is ready for work' }
  return { ok: false, detail: `it is not ready: ${text.slice(0, 300)}`, exit: EXIT.failed }
}

/** Whether the key is taken, and for what. */
export async function checkKey(call: Invocation): Promise<Finding> {
  const { keyFrom, key } = call.service()
  if (key === undefined) return { ok: false, detail: 'there is no key: set RINGBACK_API_KEY, or run ringback login', exit: EXIT.notAllowed }
  const { document } = await ask<{ data: unknown[] }>(call, { method: 'GET', path: '/v1/job-types', query: { limit: 100 } })
  return { ok: true, detail: `the key of ${keyFrom} is good; ${document.data.length} job types can be submitted` }
}

/** Whether this machine's clock and the service's are the same. Half of the way there and back is taken for each way. */
export async function checkClock(call: Invocation): Promise<Finding> {
  const { time } = call.world
  const before = time.now()
  const response = await call.client().request({ method: 'GET', path: '/healthz', signal: call.signal })
  const after = time.now()
  await response.text()
  const theirs = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(theirs)) return { ok: true, detail: 'the service tells no time' }
  // The header names the second that had begun.
  const off = (before + after) / 2 - (theirs + 500)
  const seconds = Math.round(Math.abs(off) / 1000)
  if (Math.abs(off) <= CLOCK_TOLERANCE_MS + (after - before) / 2) return { ok: true, detail: 'this clock and the service’s agree' }
  const refused = Math.abs(off) > SIGNATURE_TOLERANCE_MS ? '; callbacks do not verify here' : ''
  const side = off > 0 ? 'ahead of' : 'behind'
  return { ok: false, detail: `this clock is ${seconds} s ${side} the service’s${refused}: set both by NTP`, exit: EXIT.failed }
}

/** Whether the URLs that the service writes lead to it from here. */
export async function checkPublicUrl(call: Invocation): Promise<Finding> {
  const { document } = await ask<{ servers?: { url: string }[] }>(call, { method: 'GET', path: '/openapi.json' })
  const publicUrl = document.servers?.[0]?.url
  if (publicUrl === undefined) return { ok: true, detail: 'the service names no public URL' }
  const wayOut = 'set PUBLIC_URL of the service to a name that clients reach'
  const { world, signal } = call
  const late = new AbortController()
  const stop = world.time.after(REACH_MS, () => late.abort(new Error(`nothing within ${REACH_MS / 1000} s`)))
  try {
    // Without the key: this may be another server.
    const response = await world.fetch(`${publicUrl.replace(/\/+$/, '')}/healthz`, { signal: AbortSignal.any([signal, late.signal]) })
    await response.text()
    if (response.status === 200) return { ok: true, detail: `the URLs it writes begin with ${publicUrl} and lead to it` }
    return { ok: false, detail: `${publicUrl} answers with ${response.status}: ${wayOut}`, exit: EXIT.failed }
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error ? cause.message : message
    return { ok: false, detail: `${publicUrl} cannot be reached from here (${why}): ${wayOut}`, exit: EXIT.failed }
  } finally {
    stop()
  }
}
