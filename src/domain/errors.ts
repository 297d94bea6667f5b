/** Every refusal a caller can meet, by its stable public code (docs/contract.md#errors). Transports map codes to statuses. */

/** The stable public codes of all refusals. */
export const ERROR_CODES = [
  'invalid_json',
  'subprotocol_required',
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'not_finished',
  'job_failed',
  'job_canceled',
  'already_finished',
  'in_flight',
  'gone',
  'cursor_expired',
  'too_large',
  'range_not_satisfiable',
  'unsupported_media_type',
  'invalid_request',
  'unknown_job_type',
  'callback_url_forbidden',
  'idempotency_key_reused',
  'upgrade_required',
  'too_many_subscriptions',
  'rate_limited',
  'overloaded',
  'store_unavailable',
  'internal_error',
] as const
/** One of `ERROR_CODES`. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** One fault in the request, at a JSON pointer (RFC 6901) into the body, or `?name` / a header's name. */
export interface Fault {
  pointer: string
  detail: string
}

/** A request that cannot be done as asked. `detail` is for the caller: no secrets, no ids of others, no internals. */
export class ProblemError extends Error {
  readonly code: ErrorCode
  readonly faults: readonly Fault[]
  readonly retryAfterSeconds: number | undefined
  /** More members for the problem document. */
  readonly extra: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    detail: string,
    more: { faults?: readonly Fault[]; retryAfterSeconds?: number; extra?: Record<string, unknown> } = {},
  ) {
    super(detail)
    this.name = 'ProblemError'
    this.code = code
    this.faults = more.faults ?? []
    this.retryAfterSeconds = more.retryAfterSeconds
    this.extra = more.extra ?? {}
  }
}
