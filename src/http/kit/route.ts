/**
 * What a route is. The one list of them (`routes/`) is both mounted (`mount.ts`) and described (`openapi.ts`), with the
 * same schemas: nothing can be served that the document does not show.
 */
import type { z } from 'zod'
import type { ErrorCode } from '../../domain/errors.ts'
import type { Scope } from '../../domain/tenant.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { RequestSlot } from '../admission/admission.ts'
import type { Caller } from './auth.ts'
import type { JsonBody } from './body.ts'

export interface HttpSettings {
  /** SHA-256 of the operator's ADMIN_API_KEY. */
  adminKeyHash: Uint8Array
  /** Largest request body and largest result, bytes. */
  maxBody: number
  maxResult: number
  /** Of the routes only those the operator asks of a worker: health and metrics. */
  isWorker: boolean
  /** True once the process has begun to stop. */
  stopping: () => boolean
  /** The operator's figures as text. */
  metrics: () => Promise<string>
  /** Resolves when a request refused for load may be told so: a client that asks again at once costs little when it is told late. */
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
  /** Go with the answer, whether it is the handler's or a refusal. Names in lower case. */
  headers: Record<string, string>
  /** What this request holds of the process. Null on routes without a scope. */
  slot: Who extends null ? null : RequestSlot
}

export interface ResponseDoc {
  description: string
  /** Of a JSON body. */
  schema?: z.ZodType
  /** Of any other body, the likeliest first. */
  contentTypes?: readonly string[]
  /** Name → what it says. */
  headers?: Readonly<Record<string, string>>
}

/** What a receiver is told of. */
export type WebhookName = 'jobEnded' | 'endpointEvent'

/** What a route asks of the key: a scope; `any`: that it is valid; `optional`: that it is valid if there is one; null: nothing. */
export type RouteScope = Scope | 'any' | 'optional' | null
/** Who may be asking on a route of this scope. */
export type CallerOf<S extends RouteScope> = S extends null ? null : S extends 'optional' ? Caller | null : Caller

/** What a schema gives; without one nothing. */
export type Output<S> = S extends z.ZodType ? z.output<S> : undefined
/** A schema of parameters, if there are any. */
export type Shape = z.ZodObject | undefined

export interface Route<S extends RouteScope, P extends Shape, Q extends Shape, B extends z.ZodType | undefined> {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** With `{name}` for parameters. */
  path: string
  operationId: string
  summary: string
  tag: 'Jobs' | 'Callbacks' | 'Tenants' | 'Service'
  scope: S
  /** A path that does not fit is not found. */
  params?: P
  /** Without it the route takes no query parameters; unknown ones are always refused. */
  query?: Q
  body?: B
  /** Request headers it heeds: name → what it does. For the document only. */
  requestHeaders?: Readonly<Record<string, string>>
  responses: Readonly<Record<number, ResponseDoc>>
  /** Codes it can refuse with, besides those every route of its kind has. */
  problems?: readonly ErrorCode[]
  /** Events it leads to: name of the webhook → the runtime expression that finds its URL. */
  callbacks?: Readonly<Partial<Record<WebhookName, string>>>
  /** Refuses before the body is read. */
  admit?(caller: CallerOf<S>, headers: Record<string, string>): void
  handle(call: Call<CallerOf<S>, Output<P>, Output<Q>, Output<B>>): Response | Promise<Response>
}

/** A route whose types have done their work. */
export type AnyRoute = Route<RouteScope, Shape, Shape, z.ZodType | undefined>

/** Lets the compiler infer what the handler gets from the schemas beside it. */
export function defineRoute<
  S extends RouteScope,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends z.ZodType | undefined = undefined,
>(route: Route<S, P, Q, B>): AnyRoute {
  return route as unknown as AnyRoute
}
