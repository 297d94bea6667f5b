/** A destination's limit and breaker against a simulated receiver, decided by the functions that decide in the service. */

import { createRng, type Rng } from '../../fault/harness/rng.ts'
import { loadConfig } from '../../src/config/load.ts'
import { finishAttempt, type SendOutcome } from '../../src/domain/attempt.ts'
import { newDelivery, type PendingDelivery, type SendingDelivery, startSending } from '../../src/domain/delivery.ts'
import { afterAttempt, callbackPolicyOf, classifyAttempt, destinationOf, newDestination, roomAt } from '../../src/domain/destination.ts'
import type { Phase, Receiver } from './receivers.ts'

const TENANT = 'tnt_1'
const URL_ = 'https://partner.example/'
const TICK_MS = 10
const SECOND = 1000
/** New deliveries a second, all the time. */
export const ARRIVALS = 20
/** An answer takes up to this share more or less than the model says. */
const NOISE = 0.1

/** One second of the simulation. */
export interface Second {
  /** At the end of the second. */
  limit: number
  isOpen: boolean
  /** The most in flight within the second. */
  inFlight: number
  delivered: number
  failed: number
}

interface Flight {
  delivery: SendingDelivery
  probe: boolean
  startedAt: number
  endsAt: number
  answers: Phase['answers']
}

/** Runs the receiver with the service's default settings. The same seed gives the same seconds. */
export function simulateDestination(receiver: Receiver, seconds: number, seed: number): Second[] {
  const { callback: retry } = loadConfig({})
  const { timeoutMs } = retry
  const policy = callbackPolicyOf({ ...retry, ceiling: retry.concurrencyPerDestination })
  const rng = createRng(seed)
  let destination = newDestination(destinationOf(TENANT, URL_), policy)
  /** By due time. */
  const pending: PendingDelivery[] = []
  let flights: Flight[] = []
  let made = 0
  const history: Second[] = []

  function wait(delivery: PendingDelivery): void {
    pending.splice(pending.findLastIndex((one) => one.dueAt <= delivery.dueAt) + 1, 0, delivery)
  }

  function send(now: number): void {
    const probe = destination.openUntil !== null
    for (let { room } = roomAt(destination, flights.length, now, false); room > 0 && (pending[0]?.dueAt ?? Infinity) <= now; room--) {
      const delivery = pending.shift()
      if (!delivery) return
      const phase = phaseAt(receiver, now)
      const ms = Math.min(timeoutMs, answerMs(phase, flights.length + 1, rng))
      flights.push({
        delivery: startSending(delivery, 'simulated'),
        probe,
        startedAt: now,
        endsAt: now + ms,
        answers: ms < timeoutMs ? phase.answers : 'hangs',
      })
    }
  }

  function end({ delivery, probe, startedAt, answers }: Flight, now: number, second: Second): void {
    const outcome = outcomeOf(answers, now - startedAt)
    const ended = finishAttempt(
      delivery,
      { outcome, sent: null, startedAt, now, openAt: probe ? startedAt : null, random: rng.next() },
      retry,
    ).delivery
    destination = afterAttempt(destination, { kind: classifyAttempt(outcome.status, outcome.error), startedAt, now }, policy)
    if (ended.status === 'delivered') second.delivered += 1
    else second.failed += 1
    if (ended.status === 'pending') wait(ended)
  }

  for (let now = 0; now < seconds * SECOND; now += TICK_MS) {
    if (now % SECOND === 0) history.push({ limit: 0, isOpen: false, inFlight: 0, delivered: 0, failed: 0 })
    const second = history.at(-1) as Second
    if (now % (SECOND / ARRIVALS) === 0) wait(arrival(++made, retry, now))
    const ended = flights.filter((flight) => flight.endsAt <= now)
    flights = flights.filter((flight) => flight.endsAt > now)
    for (const flight of ended) end(flight, now, second)
    send(now)
    second.inFlight = Math.max(second.inFlight, flights.length)
    second.limit = destination.limit
    second.isOpen = destination.openUntil !== null
  }
  return history
}

function arrival(n: number, retry: Parameters<typeof newDelivery>[1], now: number): PendingDelivery {
  const ids = { id: `dlv_${n}`, eventId: `evt_${n}`, jobId: `job_${n}` }
  const target = { tenantId: TENANT, url: URL_, destination: destinationOf(TENANT, URL_), endpointId: null }
  return newDelivery({ ...ids, ...target, eventType: 'job.completed', jobType: 'any' }, retry, now, null)
}

function phaseAt(receiver: Receiver, now: number): Phase {
  const phase = receiver.phases.findLast((one) => one.from * SECOND <= now)
  if (!phase) throw new Error(`${receiver.title} has no phase at ${now} ms`)
  return phase
}

/** How long the newest of `inFlight` requests takes: what is more than the workers stands in line. */
function answerMs({ answers, workers, requestMs }: Phase, inFlight: number, rng: Rng): number {
  if (answers === 'hangs') return Infinity
  if (answers === 'refuses') return TICK_MS
  return requestMs * Math.max(1, inFlight / workers) * (1 + NOISE * (2 * rng.next() - 1))
}

function outcomeOf(answers: Phase['answers'], ms: number): SendOutcome {
  const nothing = { errorCause: null, ms, responseHeaders: {}, responseBody: new Uint8Array() }
  if (answers === 'hangs') return { kind: 'failed', status: null, error: 'timeout', ...nothing }
  if (answers === 'refuses') return { kind: 'failed', status: null, error: 'connection_refused', ...nothing }
  return { kind: 'answered', status: answers, error: null, ...nothing }
}
