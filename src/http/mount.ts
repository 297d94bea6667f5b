/** Puts a route on the app: key, scope, parameters, body, handler, in this order and in one function per route. */
import type { Context, Hono } from 'hono'
import { Refusal } from '../domain/errors.ts'
import type { World } from '../lifecycle/world.ts'
import { type Authenticate, type Caller, requireScope } from './auth.ts'
import { readJsonObject } from './body.ts'
import { problem } from './problem.ts'
import type { AnyRoute } from './route.ts'
import { bodyPointer, invalidRequest, queryPointer, validate } from './validate.ts'

export interface Mounting {
  world: World
  authenticate: Authenticate
  /** Bytes. */
  maxBody: number
}

export function mount(app: Hono, route: AnyRoute, mounting: Mounting): void {
  const { world } = mounting
  app.on(route.method.toUpperCase(), route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
    const started = world.clock.monotonic()
    const headers: Record<string, string> = {}
    let response: Response
    try {
      response = await route.handle(await accept(context, route, mounting, headers))
    } catch (error) {
      response = problem(world, error, headers)
    }
    // Neither ids nor query values: the log names what was asked for by its route.
    const ms = Math.round(world.clock.monotonic() - started)
    world.log.debug({ method: context.req.method, route: route.path, status: response.status, ms }, 'request')
    return response
  })
}

type AnyCall = Parameters<AnyRoute['handle']>[0]

async function accept(context: Context, route: AnyRoute, mounting: Mounting, headers: Record<string, string>): Promise<AnyCall> {
  const request = context.req.raw
  let caller: Caller | null = null
  if (route.scope !== null) {
    caller = await mounting.authenticate(request.headers.get('authorization'))
    requireScope(caller, route.scope)
  }
  const params = route.params?.safeParse(context.req.param())
  if (params?.success === false) throw new Refusal('not_found', 'Not an id of this kind.')
  const query = readQuery(route, request.url)
  route.admit?.(caller, headers)
  const raw = route.body ? await readJsonObject(request, mounting.maxBody) : null
  const body = route.body && raw ? validate(route.body, raw.value, bodyPointer) : undefined
  return { world: mounting.world, request, caller, params: params?.data, query, body, raw, headers } as AnyCall
}

function readQuery(route: AnyRoute, url: string): unknown {
  const mark = url.indexOf('?')
  if (mark < 0) return route.query?.parse({})
  const given: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    if (Object.hasOwn(given, name)) throw invalidRequest([{ pointer: `?${name}`, detail: 'Given twice.' }])
    Object.defineProperty(given, name, { value, enumerable: true })
  }
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(route.query?.shape ?? {}, name))
  if (unknown.length > 0) throw invalidRequest(unknown.map((name) => ({ pointer: `?${name}`, detail: 'Unknown query parameter.' })))
  return route.query && validate(route.query, given, queryPointer)
}
