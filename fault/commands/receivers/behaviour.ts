/** One thing a receiver can do, and what must come of it. Pure, but for the scripts, which write to sockets. */
import type { Script } from '../../../test/support/raw-receiver.ts'

export interface Behaviour {
  /** A behaviour of docs/guarantees.md. */
  id: string
  /** What the receiver does. */
  name: string
  /** Null: nothing listens there. */
  script: Script | null
  /** How the URL names the receiver; 127.0.0.1 when absent. */
  host?: string
  /** Where it is when nothing of ours listens. */
  port?: number
  /** It holds each request to the deadline. */
  holds?: true
  /** What it does needs a connection without a request for so long: its deliveries come one at a time. */
  idleMs?: number
  /** The state of the delivery in the end, and what the log of every attempt says. */
  expect: Expected
  /** What else must be true: what is not, in words. */
  also?: (seen: Seen) => string[]
}

/** `exhausted`: dead after its last attempt. */
export interface Expected {
  end: 'delivered' | 'exhausted'
  status: number | null
  error: string | null
}

/** Taken with this status. */
export function delivered(status = 200): Expected {
  return { end: 'delivered', status, error: null }
}

/** Tried until the schedule is over; every attempt ends with this error class, for want of a complete answer or because of its status. */
export function failed(error: string, status: number | null = null): Expected {
  return { end: 'exhausted', status, error }
}

/** Tried until the schedule is over; every attempt is answered with this status. */
export function refused(status: number): Expected {
  return { end: 'exhausted', status, error: null }
}

export interface LoggedAttempt {
  n: number
  at: string
  ms: number
  status: number | null
  error: string | null
  response_headers: Record<string, string>
  response_body: string
}

/** The delivery as the service tells it in the end, and the requests that arrived. */
export interface Seen {
  status: string
  reason: string | null
  attempts: readonly LoggedAttempt[]
  requests: readonly string[]
}

export interface Limits {
  /** CALLBACK_TIMEOUT, and what an attempt may take beyond it for the machine's sake. */
  timeoutMs: number
  slackMs: number
  /** Of an exhausted delivery. */
  attempts: number
}

const KEPT_BYTES = 64 * 1024

/** What is not as it must be, a line each; none = as expected. */
export function faultsOf(behaviour: Behaviour, seen: Seen, { timeoutMs, slackMs, attempts }: Limits): string[] {
  const { end, status, error } = behaviour.expect
  const faults: string[] = []
  const state = endOf(seen)
  if (state !== end) faults.push(`is ${state}, not ${end}`)
  const expected = end === 'exhausted' ? attempts : 1
  if (seen.attempts.length !== expected) faults.push(`${seen.attempts.length} attempts, not ${expected}`)
  for (const [index, attempt] of seen.attempts.entries()) {
    if (attempt.n !== index + 1) faults.push(`attempt ${index + 1} is numbered ${attempt.n}`)
    if (attempt.status !== status || attempt.error !== error) {
      faults.push(`attempt ${attempt.n}: ${attempt.status ?? attempt.error}, not ${status ?? error}`)
    }
    if (attempt.ms > timeoutMs + slackMs) faults.push(`attempt ${attempt.n} took ${attempt.ms} ms`)
    if (attempt.response_body.length > KEPT_BYTES) faults.push(`${attempt.response_body.length} characters of a body kept`)
  }
  return [...faults, ...requestFaults(seen.requests), ...(behaviour.also?.(seen) ?? [])]
}

function endOf({ status, reason }: Seen): string {
  return status === 'dead' ? (reason ?? 'dead without a reason') : status
}

/** Every attempt is the same event in the same bytes, and none invites an encoding. */
function requestFaults(requests: readonly string[]): string[] {
  const faults: string[] = []
  if (new Set(requests.map((request) => headerOf(request, 'webhook-id'))).size > 1) faults.push('attempts under several webhook-ids')
  if (new Set(requests.map((request) => request.slice(request.indexOf('\r\n\r\n')))).size > 1) faults.push('attempts with differing bodies')
  if (requests.some((request) => headerOf(request, 'accept-encoding') !== 'identity')) faults.push('an encoding was invited')
  return faults
}

export function headerOf(request: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)\r$`, 'im').exec(request)?.[1]
}

/** What a case came to. */
export interface Outcome {
  id: string
  name: string
  /** The longest attempt, milliseconds. */
  longestMs: number
  /** None = as expected. */
  faults: string[]
}
