/**
 * What a route is. The one list of routes (`app.ts`) is both mounted (`mount.ts`) and described (`openapi.ts`) with the same schemas, so
 * nothing is served that the OpenAPI document does not show.
 */
import type { ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { ErrorCode } from '../../domain/errors.ts'
import type { Scope } from '../../domain/tenant.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { RequestSlot } from '../admission/admission.ts'
import type { Caller } from './auth.ts'
import type { JsonBody } from './body.ts'

/** What the HTTP application needs of the process besides its context. */
export interface HttpSettings {
  /** SHA-256 of the operator's ADMIN_API_KEY. */
  adminKeyHash: Uint8Array
  /** Signs the tokens that browsers read a job with. */
  tokenKey: Uint8Array
  /** The origins whose pages may call, or `*` alone. */
  corsOrigins: readonly string[]
  /** Largest request body and largest result, bytes. */
  maxBody: number
  maxResult: number
  /** True: only the routes that the operator asks a worker for, health and metrics. */
  isWorker: boolean
  /** Whether there are pages for people. */
  dashboard: boolean
  /** True once the process has begun to stop. */
  stopping: () => boolean
  /** The metrics as text. */
  metrics: () => Promise<string>
  /** Resolves when a request that is refused for load may be answered. A late answer slows down a client that asks again at once. */
  holdBack: () => Promise<void>
}

/** One request that passed the checks its route names. */
export interface Call<Who, Params, Query, Body> {
  context: Context
  request: Request
  /** Null on routes without a scope. */
  caller: Who
  params: Params
  query: Query
  /** The validated body. */
  body: Body
  /** The body as it came; null on routes without one. */
  raw: Body extends undefined ? null : JsonBody
  /** Headers that go with the answer, whether it is the handler's or a refusal. Names in lower case. */
  headers: Record<string, string>
  /** What this request holds of the process. Null on routes without a scope. */
  slot: Who extends null ? null : RequestSlot
  /** Where a stream is written. Null where nothing is connected. */
  outgoing: ServerResponse | null
  /** The trace that the work belongs to which the request asks for; null when there is none, and on routes that are not `traced`. */
  traceparent: string | null
}

/** An answer, for the OpenAPI document. */
export interface ResponseDoc {
  description: string
  /** The schema of a JSON body. */
  schema?: z.ZodType
  /** The media types of any other body, the likeliest first. */
  contentTypes?: readonly string[]
  /** Header name → its meaning. */
  headers?: Readonly<Record<string, string>>
}

/** A kind of event that receivers get. */
export type WebhookName = 'jobEnded' | 'endpointEvent' | 'alert' | 'groupCompleted'

/** What a route asks of the key: a scope; `any`: that it is valid; `optional`: that it is valid if there is one; null: nothing. */
export type RouteScope = Scope | 'any' | 'optional' | null
/** Who may be asking on a route of this scope. */
export type CallerOf<S extends RouteScope> = S extends null ? null : S extends 'optional' ? Caller | null : Caller

/** What a schema gives; without one nothing. */
export type Output<S> = S extends z.ZodType ? z.output<S> : undefined
/** A schema of parameters, if there are any. */
export type Shape = z.ZodObject | undefined

/** One route: what it takes, what it answers, and the handler. */
export interface Route<S extends RouteScope, P extends Shape, Q extends Shape, B extends z.ZodType | undefined> {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** The path, with `{name}` for parameters. */
  path: string
  operationId: string
  summary: string
  tag: 'Jobs' | 'Callbacks' | 'Tenants' | 'Service'
  scope: S
  /** True: a token of the job `{id}` opens it too, and may come in the query. */
  takesToken?: true
  /** A path that does not fit is not found. */
  params?: P
  /** Without it the route takes no query parameters; unknown ones are always refused. */
  query?: Q
  body?: B
  /** Request headers that the handler reads: name → effect. For the document only. */
  requestHeaders?: Readonly<Record<string, string>>
  responses: Readonly<Record<number, ResponseDoc>>
  /** True: the request goes on with the trace of its caller. */
  traced?: true
  /** What it is called in the audit log. Every route has one that changes something, but for the submit, whose job is its own record. */
  action?: string
  /** Codes of its refusals, besides those of every route of its kind. */
  problems?: readonly ErrorCode[]
  /** Events it leads to: name of the webhook → the runtime expression that finds its URL. */
  callbacks?: Readonly<Partial<Record<WebhookName, string>>>
  /** Refuses before the body is read. */
  admit?(caller: CallerOf<S>, headers: Record<string, string>): void
  handle(call: Call<CallerOf<S>, Output<P>, Output<Q>, Output<B>>): Response | Promise<Response>
}

/** A route without its types, for the list. */
export type AnyRoute = Route<RouteScope, Shape, Shape, z.ZodType | undefined>

/** A route whose handler gets its types from the schemas beside it. */
export function defineRoute<
  S extends RouteScope,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends z.ZodType | undefined = undefined,
>(route: Route<S, P, Q, B>): AnyRoute {
  return route as unknown as AnyRoute
}
