/** Refusals as problem documents (RFC 9457). This is the only place that maps codes to statuses. */
import { describeError } from '../../domain/describe-error.ts'
import { type ErrorCode, ProblemError } from '../../domain/errors.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import { problemDocument } from '../../wire/documents/problem.ts'
import { NO_STORE, respond } from './respond.ts'

interface Kind {
  status: number
  title: string
  /** For the table of the API page. */
  meaning: string
}

/** The status, title and meaning of every code. */
export const PROBLEMS: Readonly<Record<ErrorCode, Kind>> = {
  invalid_json: {
    status: 400,
    title: 'Invalid JSON',
    meaning: 'The body is not UTF-8 JSON, repeats a top-level member, or is nested too deep.',
  },
  subprotocol_required: {
    status: 400,
    title: 'Subprotocol required',
    meaning: 'A WebSocket here speaks `ringback.v1`, which the client must offer.',
  },
  unauthorized: { status: 401, title: 'Unauthorized', meaning: 'No key, or one that is unknown, expired or revoked.' },
  forbidden: { status: 403, title: 'Forbidden', meaning: 'The key lacks the scope this route needs.' },
  not_found: { status: 404, title: 'Not found', meaning: "Unknown, or another tenant's: both look the same." },
  method_not_allowed: { status: 405, title: 'Method not allowed', meaning: '`Allow` lists the methods of this path.' },
  conflict: { status: 409, title: 'Conflict', meaning: 'What is asked for does not fit the present state; `detail` says why.' },
  not_finished: { status: 409, title: 'Not finished', meaning: 'The job has not ended yet; try again after `Retry-After` seconds.' },
  job_failed: { status: 409, title: 'Job failed', meaning: "There is no result; `error` holds the job's error." },
  job_canceled: { status: 409, title: 'Job canceled', meaning: 'There is no result: the job was canceled.' },
  already_finished: { status: 409, title: 'Already finished', meaning: 'The job had completed or failed before the cancel.' },
  in_flight: { status: 409, title: 'In flight', meaning: 'A request with this idempotency key is still being stored.' },
  gone: { status: 410, title: 'Gone', meaning: 'The retention of this job is over.' },
  cursor_expired: {
    status: 410,
    title: 'Cursor expired',
    meaning: 'The event named by `after` is past its retention: begin again without `after`.',
  },
  too_large: { status: 413, title: 'Too large', meaning: 'The body is larger than this service takes.' },
  range_not_satisfiable: { status: 416, title: 'Range not satisfiable', meaning: '`Range` begins behind the end of the result.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'The body must be `application/json`, UTF-8, without content encoding.',
  },
  invalid_request: { status: 422, title: 'Invalid request', meaning: 'A value or a member is wrong; `errors` tells where.' },
  unknown_job_type: { status: 422, title: 'Unknown job type', meaning: 'No handler does this type of job.' },
  callback_url_forbidden: { status: 422, title: 'Callback URL forbidden', meaning: 'Callbacks do not go to this address.' },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency key reused',
    meaning: 'The key came with another body before.',
  },
  upgrade_required: { status: 426, title: 'Upgrade required', meaning: 'This path is for WebSockets.' },
  too_many_subscriptions: {
    status: 429,
    title: 'Too many subscriptions',
    meaning: 'On a WebSocket: it has 100 already. The socket goes on with those it has.',
  },
  rate_limited: {
    status: 429,
    title: 'Rate limited',
    meaning: 'A limit is reached, of the tenant or on unknown keys; wait `Retry-After` seconds.',
  },
  overloaded: { status: 503, title: 'Overloaded', meaning: 'Too much at once; try again after `Retry-After` seconds.' },
  store_unavailable: { status: 503, title: 'Store unavailable', meaning: 'Nothing was stored; try again after `Retry-After` seconds.' },
  internal_error: { status: 500, title: 'Internal error', meaning: 'A fault of the service; its log has the `request_id`.' },
}

/** The same detail for everything that is not there, so that it tells nothing about what exists elsewhere. */
const NOT_FOUND_DETAIL = 'There is nothing here that this key may see.'
const STORE_RETRY_SECONDS = { overloaded: 1, busy: 1, unreachable: 1, disk_full: 5, io_error: 5, closed: 5 } as const

/** What an answer to an error needs of the process. */
export type Reporter = Pick<Context, 'ids' | 'log'>

/**
 * The answer to any error, with the status of its code or the given one. An error that is neither a `ProblemError` nor
 * `StoreUnavailable` is a bug: it is logged, and the caller learns only the `request_id`.
 *
 * @param headers go with the answer
 * @param requestId of a request that has one already
 */
export function problem(
  { ids, log }: Reporter,
  error: unknown,
  headers: Readonly<Record<string, string>> = {},
  givenStatus?: number,
  requestId: string = ids.next('req'),
): Response {
  const refusal = asRefusal(error)
  if (refusal.code === 'internal_error') log.error({ request_id: requestId, error: describeError(error) }, 'a request failed')
  const { title, status: ownStatus } = PROBLEMS[refusal.code]
  const status = givenStatus ?? ownStatus
  const detail = detailOf(refusal)
  const document = problemDocument(refusal, { title, status, detail, requestId })
  return respond(status, JSON.stringify(document), {
    ...headers,
    'content-type': 'application/problem+json',
    ...NO_STORE,
    ...(refusal.code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
    ...(refusal.retryAfterSeconds === undefined ? {} : { 'retry-after': String(refusal.retryAfterSeconds) }),
  })
}

/** What somebody is told of an error where there is no status: on a socket. A bug is logged as `problem` does it. */
export function refusalOf({ log }: Reporter, error: unknown): { code: ErrorCode; detail: string } {
  const refusal = asRefusal(error)
  if (refusal.code === 'internal_error') log.error({ error: describeError(error) }, 'a subscription failed')
  return { code: refusal.code, detail: detailOf(refusal) }
}

/** Of a store that is out of reach: it may have heard what it was asked. */
const UNKNOWN_DETAIL =
  'It is not known whether anything was stored; try again after `Retry-After` seconds, with the same `Idempotency-Key`.'

function detailOf({ code, message }: ProblemError): string {
  return code === 'not_found' ? NOT_FOUND_DETAIL : message
}

/** Any error as a refusal. One that is neither a `ProblemError` nor `StoreUnavailable` is an `internal_error`. */
export function asRefusal(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof StoreUnavailable) {
    const code = error.reason === 'overloaded' ? 'overloaded' : 'store_unavailable'
    const detail = error.reason === 'unreachable' ? UNKNOWN_DETAIL : PROBLEMS[code].meaning
    return new ProblemError(code, detail, { retryAfterSeconds: STORE_RETRY_SECONDS[error.reason] })
  }
  return new ProblemError('internal_error', 'The service failed to answer this request.')
}
