/** Puts a route on the app. Each request passes key, scope, parameters, body and handler, in this order. */
import type { ServerResponse } from 'node:http'
import type { Hono, Context as HonoContext } from 'hono'
import { ProblemError } from '../../domain/errors.ts'
import { jsonPointer } from '../../domain/json-pointer.ts'
import { traceIdOf } from '../../domain/trace.ts'
import { withDeed } from '../../lifecycle/commit/deed.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { Admission, RequestSlot } from '../admission/admission.ts'
import { type Authenticate, type Caller, callerOn, requireScope, requireToken } from './auth.ts'
import { type JsonBody, parseJsonObject, readBody } from './body.ts'
import type { Cors } from './cors.ts'
import { deedOf } from './deed.ts'
import { problem } from './problem.ts'
import { isForLoad } from './refused-for-load.ts'
import { NO_TRACE, openRequestTrace } from './request-trace.ts'
import { ALREADY_SENT } from './respond.ts'
import type { AnyRoute } from './route.ts'
import { invalidRequest, mayBeEmpty, queryPointer, validate } from './validate.ts'

/** What every route needs of the process. */
export interface Mounting {
  context: Context
  authenticate: Authenticate
  /** The largest body, bytes. */
  maxBody: number
  admission: Admission
  cors: Cors
  /** Resolves when a request refused for load may be told so. */
  holdBack: () => Promise<void>
}

/** Puts a route on the app. */
export function mount(app: Hono, route: AnyRoute, mounting: Mounting): void {
  const { context } = mounting
  const bodyless = route.body !== undefined && mayBeEmpty(route.body)
  const unasked = Object.freeze(route.query?.safeParse({}).data)
  app.on(route.method.toUpperCase(), route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (call) => {
    const started = context.clock.monotonic()
    const token = tokenOf(call.req.url)
    const common = { ...mounting.cors.headers(route, call.req.raw.headers.get('origin')), ...(token === null ? {} : NO_REFERRER) }
    const headers: Record<string, string> = { ...common }
    let slot: RequestSlot | null = null
    let response: Response
    let tooMuch = false
    let trace = NO_TRACE
    const requestId = route.action === undefined ? undefined : context.ids.next('req')
    try {
      const caller = await identify(call, route, mounting, { token, headers })
      if (caller && route.traced) trace = openRequestTrace(context, route, caller, call.req.raw.headers)
      slot = caller && mounting.admission.open(caller.tenantId)
      const { traceparent } = trace
      response = await route.handle(
        await accept(call, route, mounting, { caller, slot, headers, bodyless, unasked, requestId, traceparent }),
      )
    } catch (error) {
      response = problem(context, error, headers, undefined, requestId)
      tooMuch = isForLoad(error)
    } finally {
      if (slot) closeWhenSent(slot, call)
    }
    trace.end(response.status)
    if (response !== ALREADY_SENT) for (const [name, value] of Object.entries(common)) response.headers.set(name, value)
    if (tooMuch) await mounting.holdBack()
    // The log names the route, without ids and query values.
    const ms = Math.round(context.clock.monotonic() - started)
    const { method } = call.req
    const trace_id = traceIdOf(trace.traceparent)
    context.log.debug({ method, route: route.path, status: response.status, ms, request_id: requestId, trace_id }, 'request')
    return response
  })
}

/** A page behind a link must not learn the token that the link was opened with. */
const NO_REFERRER = { 'referrer-policy': 'no-referrer' } as const

type AnyCall = Parameters<AnyRoute['handle']>[0]

interface Arrival {
  caller: Caller | null
  slot: RequestSlot | null
  /** The headers that go with the answer. */
  headers: Record<string, string>
  /** Whether the request may come without a body. */
  bodyless: boolean
  /** What a request without a query asks for; undefined where it must have one. */
  unasked: object | undefined
  /** Of a request that changes something. */
  requestId: string | undefined
  /** As in `Call`. */
  traceparent: string | null
}

/** The owner of the key. Null on a route that needs no key. Refuses with `unauthorized`, `rate_limited` or `forbidden`. */
async function identify(
  { req, env }: HonoContext,
  { scope, takesToken, method }: AnyRoute,
  { authenticate }: Mounting,
  { token, headers }: { token: string | null; headers: Record<string, string> },
): Promise<Caller | null> {
  const authorization = req.raw.headers.get('authorization')
  if (scope === null || (scope === 'optional' && authorization === null && token === null)) return null
  const caller = await authenticate({ authorization, token, address: addressOf(env), headers })
  requireToken(caller, takesToken ? (req.param('id') ?? null) : null)
  if (scope !== 'optional' && scope !== 'any') requireScope(caller, scope)
  return callerOn(method, caller)
}

/** The query parameter `token`, of however many the first. */
function tokenOf(url: string): string | null {
  const mark = url.indexOf('?')
  return mark < 0 || !url.includes('token', mark) ? null : new URLSearchParams(url.slice(mark + 1)).get('token')
}

/** The address of the peer of the connection, because anybody can write a header. Empty without a connection. */
export function addressOf(env: { incoming?: { socket: { remoteAddress?: string } } } | undefined): string {
  return env?.incoming?.socket.remoteAddress ?? ''
}

async function accept({ req, env }: HonoContext, route: AnyRoute, { context, maxBody }: Mounting, arrival: Arrival): Promise<AnyCall> {
  const { caller, slot, headers, bodyless, unasked, requestId, traceparent } = arrival
  const request = req.raw
  const params = route.params?.safeParse(req.param())
  if (params?.success === false) throw new ProblemError('not_found', 'Not an id of this kind.')
  const query = (request.url.includes('?') ? null : unasked) ?? readQuery(route, request.url)
  route.admit?.(caller, headers)
  let body: unknown
  let raw: JsonBody | null = null
  if (slot && route.method !== 'get') {
    const reading = { maxBytes: maxBody, reserve: slot.reserveBody, mayBeEmpty: bodyless }
    const bytes = route.body ? await readBody(request, reading) : null
    // The body is whole by then: a slow sender keeps nobody waiting.
    await slot.acquireWrite()
    if (route.body && bytes) {
      const parsed = parseJsonObject(bytes)
      raw = parsed.body
      body = validate(route.body, parsed.value, jsonPointer)
    }
  }
  const outgoing = env?.outgoing ?? null
  const call = { context, request, caller, params: params?.data, query, body, raw, headers, slot, outgoing, traceparent } as AnyCall
  if (route.action === undefined || caller === null || requestId === undefined) return call
  const deed = deedOf(context, { action: route.action, caller, request, params: call.params, query: call.query, body, requestId })
  return { ...call, context: withDeed(context, deed) }
}

/** Gives back what a request holds: a large answer counts until the client has read it. */
export function closeWhenSent(slot: RequestSlot, { env }: HonoContext): void {
  const outgoing: ServerResponse | undefined = env?.outgoing
  slot.releaseWrite()
  if (slot.holdsAnswer && outgoing && !outgoing.closed) outgoing.once('close', slot.close)
  else slot.close()
}

function readQuery(route: AnyRoute, url: string): unknown {
  const mark = url.indexOf('?')
  if (mark < 0) return route.query?.parse({})
  const given: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    if (name === 'token' && route.takesToken) continue
    if (Object.hasOwn(given, name)) throw invalidRequest([{ pointer: `?${name}`, detail: 'Given twice.' }])
    Object.defineProperty(given, name, { value, enumerable: true })
  }
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(route.query?.shape ?? {}, name))
  if (unknown.length > 0) throw invalidRequest(unknown.map((name) => ({ pointer: `?${name}`, detail: 'Unknown query parameter.' })))
  return route.query && validate(route.query, given, queryPointer)
}
