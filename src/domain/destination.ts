/**
 * Where deliveries go: tenant + URL origin. How many requests it may have in flight, and its breaker.
 *
 *   closed ──repeated failures──▶ open ──its time is up──▶ one probe ──an answer──▶ closed
 *                                  ▲                          │
 *                                  └──failure: a longer pause─┘
 *
 * Many URLs share a host, so only what says something of the host counts: no answer at all, and 429, 502, 503, 504. Every
 * other answer, a 404 or a 500 too, is a matter of its URL, and a proof that the host is there.
 *
 * The limit follows additive increase, multiplicative decrease: about one more request in flight for every round of quick
 * answers, half as many after a time-out or a 429, 502, 503, 504. Times and durations are milliseconds.
 */
import { hash } from 'node:crypto'
import { endOfPause, pausedFrom } from './pause.ts'

/** What waits for a destination is counted so far. */
export const COUNTED_WAITING = 1_000

/** A destination as it is stored: its limit and its breaker. */
export interface Destination {
  /** The lane: see `destinationOf`. */
  id: string
  tenantId: string
  origin: string
  /** Requests in flight allowed at present; counted in whole ones, kept as a fraction while it grows. */
  limit: number
  /** Failures of the host since it last answered; while the breaker is open only those of probes count. */
  failures: number
  /** While set the breaker is open: nothing goes out before this time, and one probe at a time from then on. */
  openUntil: number | null
  /** When the breaker opened; null while it is closed. */
  openSince: number | null
  /** The limit was halved last at this time; an attempt that began before it, or within a second, has no say again. */
  shrunkAt: number | null
  /** While it is paused: since when. Stays after `pausedUntil` until what waited meanwhile has got that time back. */
  pausedAt: number | null
  /** Nothing goes out before this time. */
  pausedUntil: number | null
  /** The end of its last pause. */
  resumedAt: number | null
  /** When its tenant was told that it fails; null once they were told that it answers again. */
  failingToldAt: number | null
  /** Of the last change by an attempt; 0 before the first. Unchanged for the retention, a destination is forgotten and begins anew. */
  changedAt: number
  version: number
}

/** How a kind of destinations is limited. Durations in milliseconds. */
export interface DestinationPolicy {
  /** The highest limit. */
  ceiling: number
  /** False: never more than the schedule's own waits. */
  breaker: boolean
  /** The breaker's first pause, at most; like those that follow it is up to a fifth shorter. */
  firstPauseMs: number
  /** The limit of one nobody has sent to yet: 8 when absent. */
  firstLimit?: number
  /** An answer within this lets the limit grow: a second when absent. */
  quickMs?: number
  /** The breaker's longest pause: a minute when absent. */
  longestPauseMs?: number
  /** The limit once the breaker has opened: 1 when absent. */
  openLimit?: number
}

/** The first pause of a breaker where the retry schedule names no wait, milliseconds. */
const DEFAULT_FIRST_PAUSE_MS = 5_000

/** The policy for destinations of callbacks: a breaker's first pause is the first wait of the retry schedule. */
export function callbackPolicyOf(callback: { ceiling: number; breaker: boolean; schedule: readonly number[] }): DestinationPolicy {
  const { ceiling, breaker, schedule } = callback
  return { ceiling, breaker, firstPauseMs: schedule[0] ?? DEFAULT_FIRST_PAUSE_MS }
}

/** one attempt as its destination sees it. */
export interface AttemptReport {
  /** `ok`: the host answers, whatever it says of the URL. `busy`: slow down. `failed`: no answer, for another reason than load. */
  kind: 'ok' | 'busy' | 'failed'
  /** What came instead of a good answer, for the operator: an error's class, or a status. */
  error?: string
  /** It was an attempt to deliver an alert: no alert tells of its failure. */
  isAlert?: boolean
  startedAt: number
  now: number
}

const FIRST_LIMIT = 8
/** An answer within this is quick where nothing else is said: the limit may grow. */
const QUICK_MS = 1_000
/** The limit halves at most so often: a receiver that turns a few away among many quick answers keeps a working limit. */
const SHRINK_REST_MS = 1_000
const FAILURES_TO_OPEN = 5
const LONGEST_PAUSE_MS = 60_000
/** The share of a pause that may be missing from it. */
const JITTER = 0.2
/** What a receiver says when there is too much to do, there or in front of it. */
const BUSY_STATUSES = new Set([429, 502, 503, 504])
/** Of an attempt without a complete answer: classes that an answer has led to, one we could not read. */
const UNREADABLE_ANSWERS = new Set(['invalid_response', 'headers_too_large'])

/** The lane's name of a tenant's URL. `url` is the canonical form that was stored at submit. */
export function destinationOf(tenantId: string, url: string): string {
  return `${tenantId} ${new URL(url).origin}`
}

/** A destination nobody has sent to yet. */
export function newDestination(id: string, policy: DestinationPolicy): Destination {
  const space = id.indexOf(' ')
  return {
    id,
    tenantId: id.slice(0, space),
    origin: id.slice(space + 1),
    limit: Math.min(policy.firstLimit ?? FIRST_LIMIT, policy.ceiling),
    failures: 0,
    openUntil: null,
    openSince: null,
    shrunkAt: null,
    pausedAt: null,
    pausedUntil: null,
    resumedAt: null,
    failingToldAt: null,
    changedAt: 0,
    version: 0,
  }
}

/** Nothing goes out any more, for 30 days at most. Paused once more it is paused for as long again. */
export function pauseDestination(destination: Destination, now: number): Destination {
  return { ...destination, ...pausedFrom(destination.pausedAt, now), version: destination.version + 1 }
}

/** Its pause has ended: what waited from `pausedAt` to `resumedAt` gets that time back. Null: it is not paused. */
export function resumeDestination(
  destination: Destination,
  now: number,
): { destination: Destination; pausedAt: number; resumedAt: number } | null {
  const { pausedAt, pausedUntil, version } = destination
  if (pausedAt === null || pausedUntil === null) return null
  const resumedAt = endOfPause(pausedUntil, now)
  return { destination: { ...destination, pausedAt: null, pausedUntil: null, resumedAt, version: version + 1 }, pausedAt, resumedAt }
}

/** What an attempt's outcome says of its destination. `status` is null when no complete answer came, `error` its class then. */
export function classifyAttempt(status: number | null, error: string | null): AttemptReport['kind'] {
  if (status !== null) return BUSY_STATUSES.has(status) ? 'busy' : 'ok'
  if (error !== null && UNREADABLE_ANSWERS.has(error)) return 'ok'
  return error === 'timeout' ? 'busy' : 'failed'
}

/** Its host has answered, and nothing has spoken against it since. */
export function isProven({ changedAt, failures }: Destination): boolean {
  return changedAt > 0 && failures === 0
}

/** How much speaks against one that is not proven: nothing as long as nobody has sent to it; it failed lately; its breaker is open. */
export type Doubt = 0 | 1 | 2

/** How much speaks against this destination. */
export function doubtOf({ changedAt, openUntil }: Destination): Doubt {
  if (changedAt === 0) return 0
  return openUntil === null ? 1 : 2
}

/**
 * How many more requests may go out now; 0 with `at`, the time to look again, while the breaker is open. While slots are
 * `short`, a destination that is not proven has one request in flight.
 */
export function roomAt(destination: Destination, inFlight: number, now: number, short: boolean): { room: number; at: number | null } {
  const { openUntil } = destination
  const limit = short && !isProven(destination) ? 1 : destination.limit
  if (openUntil === null) return { room: Math.max(0, Math.floor(limit) - inFlight), at: null }
  if (breakerState(destination, now) === 'open') return { room: 0, at: openUntil }
  return { room: inFlight === 0 ? 1 : 0, at: null }
}

/** The states of a breaker, as they are shown. */
export type BreakerState = 'closed' | 'open' | 'half_open'

/** `half_open`: its pause is over, and one probe at a time may go out. */
export function breakerState({ openUntil }: Destination, now: number): BreakerState {
  if (openUntil === null) return 'closed'
  return now < openUntil && !isSetBack(openUntil, now) ? 'open' : 'half_open'
}

/** No pause ends so late: the clock was ahead when it was decided, and has been set back. */
function isSetBack(openUntil: number, now: number): boolean {
  return openUntil - now > LONGEST_PAUSE_MS
}

/** The destination after one of its attempts. The same object when nothing changes; the first attempt always changes it. */
export function afterAttempt(destination: Destination, report: AttemptReport, policy: DestinationPolicy): Destination {
  const sized = resized(destination, report, policy)
  const reported = report.kind === 'ok' ? closed(sized) : failedOnce(sized, report, policy)
  return reported === destination && destination.changedAt > 0
    ? destination
    : { ...reported, changedAt: report.now, version: destination.version + 1 }
}

function resized(destination: Destination, { kind, startedAt, now }: AttemptReport, policy: DestinationPolicy): Destination {
  if (kind === 'busy') {
    const { shrunkAt } = destination
    // A time to come is of a clock that has been set back since.
    if (shrunkAt !== null && shrunkAt <= now && startedAt < shrunkAt + SHRINK_REST_MS) return destination
    return { ...destination, limit: Math.max(1, Math.floor(destination.limit / 2)), shrunkAt: now }
  }
  const { ceiling, quickMs = QUICK_MS } = policy
  if (kind !== 'ok' || now - startedAt > quickMs || destination.limit >= ceiling) return destination
  return { ...destination, limit: Math.min(ceiling, destination.limit + 1 / destination.limit) }
}

function closed(destination: Destination): Destination {
  if (destination.failures === 0 && destination.openUntil === null) return destination
  return { ...destination, failures: 0, openUntil: null, openSince: null, failingToldAt: null }
}

function failedOnce(destination: Destination, { startedAt, now, isAlert = false }: AttemptReport, policy: DestinationPolicy): Destination {
  // Tries that were in flight when the breaker opened are no probes.
  if (destination.openUntil !== null && startedAt < destination.openUntil && !isSetBack(destination.openUntil, now)) return destination
  const failures = destination.failures + 1
  if (!policy.breaker || failures < FAILURES_TO_OPEN) return { ...destination, failures }
  const longest = Math.min(policy.longestPauseMs ?? LONGEST_PAUSE_MS, policy.firstPauseMs * 2 ** Math.min(failures - FAILURES_TO_OPEN, 20))
  const pause = Math.ceil(longest * (1 - JITTER * ownShare(destination.id, failures)))
  // Nothing stands in line at the end of an outage but what a single request in flight lets through.
  const limit = Math.min(destination.limit, policy.openLimit ?? 1)
  const failingToldAt = destination.failingToldAt ?? (isAlert ? null : now)
  return { ...destination, failures, limit, openUntil: now + pause, openSince: destination.openSince ?? now, failingToldAt }
}

/** In [0, 1), another one for each destination and failure: those that failed together are not probed together. */
function ownShare(id: string, failures: number): number {
  return hash('sha256', `${id} ${failures}`, 'buffer').readUInt32BE() / 2 ** 32
}
