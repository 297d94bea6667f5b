/** One HTTP attempt of a delivery: how it went, and what it makes of the delivery. */
import type { SentHeaders } from './callback-headers.ts'
import type { DeadDelivery, DeadReason, Delivery, DeliveryCore, SendingDelivery } from './delivery.ts'
import { callbackRetryDelay, parseRetryAfter, type RetryPolicy } from './retry.ts'

/** One HTTP attempt as the attempt log keeps it. `ms` is how long it took; bodies are cut at 64 KiB. */
export interface Attempt {
  deliveryId: string
  n: number
  at: number
  ms: number
  status: number | null
  error: string | null
  errorCause: string | null
  /** Null for one of a version that did not keep it. */
  sent: SentHeaders | null
  responseHeaders: Readonly<Record<string, string>>
  responseBody: Uint8Array
}

/**
 * What came of one attempt. `status` is set once complete response headers arrived; `error` is a stable class
 * (`timeout`, `connection_refused`, …) otherwise. `interrupted`: we stopped it ourselves, it counts for nothing.
 */
export interface SendOutcome {
  kind: 'answered' | 'failed' | 'forbidden' | 'interrupted'
  status: number | null
  error: string | null
  /** What led to the error, as the system, OpenSSL or the parser names it: `CERT_HAS_EXPIRED`, `ENOTFOUND`, … Null when nothing tells. */
  errorCause: string | null
  ms: number
  responseHeaders: Readonly<Record<string, string>>
  responseBody: Uint8Array
}

/** How an attempt went, and what the next step is decided by. Times in milliseconds since the epoch; `random` is in [0, 1). */
export interface AttemptOutcome {
  outcome: SendOutcome
  sent: Attempt['sent']
  startedAt: number
  now: number
  /** Its destination's breaker was open last at this time, or its last pause ended then; null when neither was. */
  openAt: number | null
  random: number
}

/** sending → what the attempt makes of it, with the attempt to log (none when we interrupted it ourselves). */
export function finishAttempt(
  delivery: SendingDelivery,
  result: AttemptOutcome,
  policy: RetryPolicy,
): { delivery: Delivery; attempt: Attempt | null } {
  const { outcome } = result
  const { lease: _lease, dueAt, ...core } = delivery
  if (outcome.kind === 'interrupted') {
    return { delivery: { ...core, status: 'pending', dueAt, lease: null, version: core.version + 1 }, attempt: null }
  }
  const attempted = {
    ...core,
    attempts: core.attempts + 1,
    attemptsInBudget: core.attemptsInBudget + 1,
    lastStatus: outcome.status,
    lastError: outcome.error,
    version: core.version + 1,
  }
  const { kind: _kind, ...logged } = outcome
  const attempt = { ...logged, deliveryId: core.id, n: attempted.attempts, at: result.startedAt, sent: result.sent }
  return { delivery: afterAttempt(attempted, result, policy, dueAt), attempt }
}

function afterAttempt(
  attempted: DeliveryCore,
  { outcome, startedAt, now, openAt, random }: AttemptOutcome,
  policy: RetryPolicy,
  dueAt: number,
): Delivery {
  const dead = (reason: DeadReason): DeadDelivery => ({ ...attempted, status: 'dead', reason, finishedAt: now })
  if (outcome.kind === 'forbidden') return dead('forbidden')
  const status = outcome.status ?? 0
  if (status >= 200 && status <= 299) return { ...attempted, status: 'delivered', finishedAt: now }
  if (status === 410) return dead('gone')

  const scheduled = callbackRetryDelay(policy, attempted.attemptsInBudget, random)
  if (scheduled === undefined) return dead('exhausted')
  const asked = parseRetryAfter(outcome.responseHeaders['retry-after'] ?? '', now) ?? 0
  const wait = Math.max(scheduled, asked)
  // The horizon counts the schedule's waits and those behind an open breaker. Neither the time an attempt took and was late for
  // another reason, nor a longer wait that a receiver asked for may cost a delivery one of its attempts.
  const spent = now - Math.min(Math.max(dueAt, openAt ?? dueAt), startedAt)
  const giveUpAt = attempted.giveUpAt + Math.max(0, spent) + (wait - scheduled)
  if (now >= giveUpAt) return dead('exhausted')
  return { ...attempted, giveUpAt, status: 'pending', dueAt: now + wait, lease: null }
}
