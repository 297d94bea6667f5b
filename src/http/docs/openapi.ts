/** The OpenAPI 3.1 document, made of the routes and the schemas that validate them. */
import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { ERROR_CODES, type ErrorCode } from '../../domain/errors.ts'
import { allows, SCOPES, type Scope } from '../../domain/tenant.ts'
import type { FirstJob } from '../../lifecycle/jobs/first-job.ts'
import type { JobType } from '../../ports/executor.ts'
import { AlertEvent, EndpointEvent } from '../../wire/schemas/endpoint.ts'
import { GroupEvent } from '../../wire/schemas/group.ts'
import { JobEvent } from '../../wire/schemas/job.ts'
import { Problem } from '../../wire/schemas/problem.ts'
import { RATE_LIMIT_HEADERS } from '../admission/rate-limit.ts'
import { PROBLEMS } from '../kit/problem.ts'
import type { AnyRoute, ResponseDoc, WebhookName } from '../kit/route.ts'
import { mayBeEmpty } from '../kit/validate.ts'
import { submitExamples } from './submit-examples.ts'
import { typedSubmits } from './typed-payloads.ts'

const TAGS = [
  { name: 'Jobs', description: 'Submit work, follow it, fetch what came of it.' },
  { name: 'Callbacks', description: 'What was sent where, and what was never taken.' },
  { name: 'Tenants', description: 'Partners, their keys and limits. For the operator.' },
  { name: 'Service', description: 'Health, figures and documentation. Only the figures need a key.' },
]

const EVENT_HEADERS = {
  'webhook-id': 'The id of the event: the same on every attempt and replay.',
  'webhook-timestamp': 'Unix seconds of this attempt.',
  'webhook-signature': '`v1,<base64>` of HMAC-SHA256 over `id.timestamp.body`; several, separated by spaces, while a secret rotates.',
}

/** The operation that a receiver implements: a callback of a job's own URL, and a webhook of an endpoint. */
const receiver = (summary: string, event: z.ZodType) => ({
  summary,
  description: 'Verify with any Standard Webhooks library. Answer 2xx within the time limit; anything else is retried on the schedule.',
  request: {
    headers: z.object(
      Object.fromEntries(Object.entries(EVENT_HEADERS).map(([name, description]) => [name, z.string().meta({ description })])),
    ),
    body: { required: true, content: { 'application/json': { schema: event } } },
  },
  responses: {
    '2XX': { description: 'Delivered, whatever the body.' },
    410: { description: 'Gone: dead at once, not retried; an endpoint is disabled.' },
  },
})

const WEBHOOKS: Readonly<Record<WebhookName, ReturnType<typeof receiver>>> = {
  jobEnded: receiver('A job has ended', JobEvent),
  alert: receiver('A delivery is dead, a destination fails or answers again, a job is overdue', AlertEvent),
  groupCompleted: receiver('Every job of a closed group has ended', GroupEvent),
  endpointEvent: receiver('An endpoint was disabled, or is tested', EndpointEvent),
}

/** What the document is about besides the routes. */
export interface Described {
  version: string
  /** Base of every path, without a slash at its end. */
  publicUrl: string
  /** The job in the examples; null: no job type is loaded. */
  firstJob: FirstJob | null
  /** The types whose payloads are described; none for a reader without a key. */
  types: readonly JobType[]
}

/** The document of these routes. */
export function openApiDocument(routes: readonly AnyRoute[], { version, publicUrl, firstJob, types }: Described) {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', description: 'An API key.' })
  for (const [path, webhook] of Object.entries(WEBHOOKS)) {
    registry.registerWebhook({ ...webhook, method: 'post', path, operationId: path, tags: ['Callbacks'], security: [] })
  }
  for (const route of routes) registry.registerPath(operation(route))
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Ringback',
      version,
      description: 'Slow work as a well-behaved HTTP API: `202 Accepted`, a status URL, and signed callbacks.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: publicUrl }],
    tags: [...TAGS, errors()],
  })
  for (const route of routes) {
    const callbacks = Object.entries(route.callbacks ?? {}).map(([name, url]) => {
      const post = { ...document.webhooks?.[name]?.post, operationId: `${route.operationId}_${name}` }
      return [name, { [url]: { post } }]
    })
    const operation = document.paths?.[route.path]?.[route.method]
    if (operation && callbacks.length > 0) operation.callbacks = Object.fromEntries(callbacks)
  }
  const submit = document.paths?.['/v1/jobs']?.post?.requestBody
  const media = submit && 'content' in submit ? submit.content['application/json'] : undefined
  if (media && firstJob) media.examples = submitExamples(firstJob)
  if (media && types.length > 0) {
    const { schemas, schema, examples } = typedSubmits(types, { $ref: '#/components/schemas/SubmitJob' })
    Object.assign(document.components?.schemas ?? {}, schemas)
    Object.assign(media, { schema, examples })
  }
  return document
}

const BEARER = { bearer: [] }

function keyOf({ scope }: AnyRoute) {
  if (scope === null) return { security: [] }
  if (scope === 'optional') return { security: [{}, BEARER], description: 'With a key it says more.' }
  return { security: [BEARER], description: scope === 'any' ? 'Any key.' : `Scope ${scopesFor(scope).join(' or ')}.` }
}

/** Each scope that lets a key in. */
function scopesFor(scope: Scope): string[] {
  return SCOPES.filter((one) => allows([one], scope)).map((one) => `\`${one}\``)
}

function operation(route: AnyRoute) {
  return {
    method: route.method,
    path: route.path,
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    ...keyOf(route),
    ...(route.action === undefined ? {} : { 'x-audit-action': route.action }),
    request: {
      ...(route.params ? { params: route.params } : {}),
      ...queryOf(route),
      ...(route.requestHeaders ? { headers: requestHeaders(route.requestHeaders) } : {}),
      ...(route.body ? { body: { required: !mayBeEmpty(route.body), content: { 'application/json': { schema: route.body } } } } : {}),
    },
    responses: responses(route),
  }
}

/** A token may come in the query. */
const TOKEN = z.string().optional().meta({ description: 'A token of this job, where `Authorization` cannot be set.' })

function queryOf({ query, takesToken }: AnyRoute) {
  if (takesToken) return { query: z.object({ ...query?.shape, token: TOKEN }) }
  return query ? { query } : {}
}

/** The answers of a route and its refusals. A status that is both has the contents of both. */
function responses(route: AnyRoute) {
  const own = Object.fromEntries(Object.entries(route.responses).map(([status, doc]) => [status, response(doc)]))
  const refusals = Object.entries(problems(route)).map(([status, refusal]) => {
    const also = own[status]
    if (also === undefined) return [status, refusal]
    const description = `${also.description}\n\n${refusal.description}`
    const fields = { ...refusal.headers, ...also.headers }
    const headers = Object.keys(fields).length > 0 ? { headers: fields } : {}
    return [status, { ...also, description, ...headers, content: { ...also.content, ...refusal.content } }]
  })
  return { ...own, ...Object.fromEntries(refusals) }
}

function requestHeaders(headers: Readonly<Record<string, string>>) {
  return z.object(
    Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, z.string().optional().meta({ description })])),
  )
}

type HeaderObjects = Record<string, { description: string; schema: { type: 'string' } }>

/** The member `headers`, or nothing where there are no headers. */
function responseHeaders(headers: Readonly<Record<string, string>>): { headers?: HeaderObjects } {
  const fields = Object.entries(headers).map(([name, says]) => [name, { description: says, schema: { type: 'string' as const } }])
  return fields.length > 0 ? { headers: Object.fromEntries(fields) } : {}
}

function response({ description, schema, contentTypes = [], headers = {} }: ResponseDoc) {
  return {
    description,
    ...responseHeaders(headers),
    ...(schema ? { content: { 'application/json': { schema } } } : {}),
    ...(contentTypes.length > 0 ? { content: Object.fromEntries(contentTypes.map((type) => [type, bodyOf(type)])) } : {}),
  }
}

/** Client generators leave out an answer without a schema, and know bytes as `binary`. */
function bodyOf(contentType: string) {
  if (contentType === 'application/json') return { schema: {} }
  return contentType === 'application/octet-stream' ? { schema: { type: 'string' as const, format: 'binary' } } : {}
}

const RETRY_AFTER = { 'retry-after': 'Seconds until asking again is worth it.' }

/** The headers of a refusal. */
const REFUSAL_HEADERS: Readonly<Partial<Record<ErrorCode, Readonly<Record<string, string>>>>> = {
  unauthorized: { 'www-authenticate': '`Bearer`.' },
  not_finished: RETRY_AFTER,
  in_flight: RETRY_AFTER,
  rate_limited: { ...RETRY_AFTER, ...RATE_LIMIT_HEADERS },
  range_not_satisfiable: {
    'content-range': '`bytes */` and how many bytes there are.',
    'accept-ranges': '`bytes`.',
    etag: 'Of the result.',
  },
  overloaded: RETRY_AFTER,
  store_unavailable: RETRY_AFTER,
}

/** The refusals of every route that asks for a key. */
const KEY_CODES = ['unauthorized', 'forbidden', 'rate_limited', 'overloaded', 'store_unavailable'] as const

/** The refusals of a route by status: those that its kind implies and those that it names itself. */
function problems(route: AnyRoute) {
  const codes = new Set<ErrorCode>(['invalid_request', 'internal_error', ...(route.problems ?? [])])
  if (route.params) codes.add('not_found')
  if (route.scope !== null) for (const code of KEY_CODES) codes.add(code)
  if (route.body) for (const code of ['invalid_json', 'too_large', 'unsupported_media_type'] as const) codes.add(code)
  const statuses = Map.groupBy(codes, (code) => PROBLEMS[code].status)
  return Object.fromEntries(
    [...statuses].map(([status, members]) => [
      status,
      {
        description: members.map((code) => `\`${code}\`: ${PROBLEMS[code].meaning}`).join('\n\n'),
        ...responseHeaders(Object.assign({}, ...members.map((code) => REFUSAL_HEADERS[code]))),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  )
}

/** The table of error codes, as the last tag of the document. */
function errors() {
  const rows = ERROR_CODES.map((code) => `| ${PROBLEMS[code].status} | \`${code}\` | ${PROBLEMS[code].meaning} |`)
  const description = [
    'Every error is `application/problem+json` with a stable `code`. Only what is not HTTP/1, or not understood as it, ' +
      'is refused with a status alone and the end of the connection (400, 405, 408, 413, 417, 431, 505):',
    ['| status | code | meaning |', '|---|---|---|', ...rows].join('\n'),
  ].join('\n\n')
  return { name: 'Errors', description }
}
