/** Answers that are no success, as errors. */
import { type RequestFault, RingbackError } from './errors.ts'
import type { Answer } from './transport.ts'

/** The error of an answer. One that is no problem document, such as a proxy's page, is told by its status. `now` in milliseconds. */
export function refusalOf({ status, headers, text }: Answer, now: number): RingbackError {
  const problem = problemOf(text)
  return new RingbackError({
    status,
    code: textOf(problem.code) ?? `http_${status}`,
    detail: textOf(problem.detail) ?? textOf(problem.title) ?? describe(status, headers),
    requestId: textOf(problem.request_id),
    retryAfterSeconds: retryAfter(headers.get('retry-after'), now),
    errors: Array.isArray(problem.errors) ? (problem.errors as RequestFault[]) : [],
    problem: textOf(problem.code) === null ? null : problem,
  })
}

/** The error when no whole answer came, or one that cannot be read. */
export function unreadable(cause: unknown): RingbackError {
  const told = cause instanceof Error ? cause : new Error(String(cause))
  const inner = told.cause instanceof Error ? `: ${told.cause.message}` : ''
  return new RingbackError({ status: 0, code: 'network_error', detail: `${told.message}${inner}`, cause })
}

/** Seconds of a `Retry-After` in either form of RFC 9110; null for none and for garbage. */
export function retryAfter(value: string | null, now: number): number | null {
  if (value === null) return null
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value)
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000))
}

function describe(status: number, headers: Headers): string {
  // A browser hides a redirect that is not followed.
  if (status === 0) return 'a redirect was answered; `url` must be the address of the service itself'
  const location = headers.get('location')
  if (status >= 300 && status <= 399 && location !== null)
    return `redirects to ${location}; \`url\` must be the address of the service itself`
  return `the answer has status ${status} and no problem document`
}

function problemOf(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  } catch {
    return {}
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
