/**
 * Why a delivery has not arrived, or what became of it: the output of the very functions that decide about it. Times are milliseconds
 * since the epoch.
 */
import { type Delivery, shownStatus } from './delivery.ts'
import { breakerState, type Destination, roomAt } from './destination.ts'
import type { Endpoint } from './endpoint.ts'
import { shareOf } from './fair-share.ts'
import { isPaused } from './pause.ts'

/** Everything that can be the reason. Those of the end are the reasons of the delivery itself. */
export const EXPLAIN_CODES = [
  'delivered',
  'exhausted',
  'gone',
  'forbidden',
  'destination_down',
  'endpoint_disabled',
  'discarded',
  'endpoint_deleted',
  'sending',
  'paused',
  'breaker_open',
  'probing',
  'scheduled',
  'destination_full',
  'tenant_share',
  'due',
] as const

/** One reason: since when it holds, and until when where that is known. */
export interface Because {
  code: (typeof EXPLAIN_CODES)[number]
  detail: string
  since: number | null
  until: number | null
}

/** Where a delivery stands. `because`: what holds it back most first. */
export interface Explanation {
  state: ReturnType<typeof shownStatus>
  because: Because[]
  /** Not before this time; null when no try will be made. */
  nextAttemptAt: number | null
}

/** What the reasons of a delivery are found from. */
export interface Circumstances {
  destination: Destination
  /** Null: it has none, or it is deleted. */
  endpoint: Endpoint | null
  /** Requests to the destination that wait for their answer. */
  inFlight: number
  /** It is being sent from memory, without a mark in its record. */
  isSending: boolean
  /** The process's slots for requests, how many are taken by all and by this tenant, and whether other tenants have work. */
  slots: { all: number; used: number; own: number; shared: boolean }
  now: number
}

/** Why this delivery is where it is. */
export function explainDelivery(delivery: Delivery, circumstances: Circumstances): Explanation {
  const state = shownStatus(delivery)
  if (delivery.status === 'delivered') {
    const detail = `The receiver answered ${delivery.lastStatus ?? '2xx'}.`
    return { state, because: [{ code: 'delivered', detail, since: delivery.finishedAt, until: null }], nextAttemptAt: null }
  }
  if (delivery.status === 'dead' || delivery.status === 'canceled') {
    const { reason, finishedAt } = delivery
    return { state, because: [{ code: reason, detail: endDetail(delivery), since: finishedAt, until: null }], nextAttemptAt: null }
  }
  if (delivery.status === 'sending' || circumstances.isSending) {
    const detail = `Try ${delivery.attempts + 1} is in flight.`
    return { state, because: [{ code: 'sending', detail, since: null, until: null }], nextAttemptAt: delivery.dueAt }
  }
  const { dueAt } = delivery
  const holds = [
    ...ofEndpoint(circumstances),
    ...ofPause(circumstances),
    ...ofBreaker(circumstances),
    ...ofSchedule(delivery, circumstances.now),
  ]
  const because = holds.length > 0 ? holds : ofRoom(circumstances, dueAt)
  return { state, because, nextAttemptAt: Math.max(dueAt, ...because.flatMap(({ until }) => until ?? [])) }
}

function endDetail({ attempts, lastStatus, lastError, ...delivery }: Delivery): string {
  const reason = 'reason' in delivery ? delivery.reason : null
  const last = lastStatus === null ? lastError : `status ${lastStatus}`
  switch (reason) {
    case 'exhausted':
      return `Its tries are spent, or their time: ${attempts} were made${last === null ? '' : `, the last one with ${last}`}.`
    case 'gone':
      return 'The receiver answered 410: it wants no more of this.'
    case 'forbidden':
      return 'Its host leads to an address that callbacks do not go to.'
    case 'destination_down':
      return 'Its time passed while it waited for a destination that kept failing; no try of its own was made.'
    case 'endpoint_disabled':
      return 'Its endpoint is disabled. Enable it, then replay.'
    case 'discarded':
      return 'Its owner took it off the dead-letter queue.'
    default:
      return 'Its endpoint was deleted.'
  }
}

function ofEndpoint({ endpoint }: Circumstances): Because[] {
  if (endpoint?.status !== 'disabled') return []
  return [
    { code: 'endpoint_disabled', detail: 'Its endpoint is disabled: its next turn ends it.', since: endpoint.failingSince, until: null },
  ]
}

function ofPause({ destination, now }: Circumstances): Because[] {
  if (!isPaused(destination, now)) return []
  const { pausedAt, pausedUntil } = destination
  const detail = 'Its destination is paused: no try begins, and none is spent.'
  return [{ code: 'paused', detail, since: pausedAt, until: pausedUntil }]
}

function ofBreaker({ destination, inFlight, now }: Circumstances): Because[] {
  const { openSince, openUntil, failures } = destination
  const state = breakerState(destination, now)
  if (state === 'closed') return []
  if (state === 'open') {
    const detail = `Its destination has failed ${failures} times in a row. A probe goes out at the end of this pause.`
    return [{ code: 'breaker_open', detail, since: openSince, until: openUntil }]
  }
  const detail = `Its destination keeps failing and is probed with one try at a time${inFlight > 0 ? '; one is in flight' : ''}.`
  return [{ code: 'probing', detail, since: openSince, until: null }]
}

function ofSchedule({ dueAt, attempts, lastStatus, lastError }: Delivery & { dueAt: number }, now: number): Because[] {
  if (dueAt <= now) return []
  const last = lastStatus === null ? (lastError ?? 'no answer') : `status ${lastStatus}`
  const detail = `Try ${attempts} failed with ${last}. The next one follows the retry schedule, and Retry-After where the receiver sent it.`
  return [{ code: 'scheduled', detail, since: null, until: dueAt }]
}

/** Of one that is due and that nothing but room holds back. */
function ofRoom({ destination, inFlight, slots, now }: Circumstances, dueAt: number): Because[] {
  const isShort = slots.used > slots.all / 2
  if (roomAt(destination, inFlight, now, isShort).room === 0) {
    const detail = `Its destination has ${inFlight} requests in flight, as many as it may have at present.`
    return [{ code: 'destination_full', detail, since: dueAt, until: null }]
  }
  if (slots.used >= slots.all || slots.own >= shareOf(slots.all, slots.shared)) {
    const detail = `Its tenant has ${slots.own} of the ${slots.all} requests in flight that this process may have: its share at present.`
    return [{ code: 'tenant_share', detail, since: dueAt, until: null }]
  }
  return [{ code: 'due', detail: 'It is due, and goes out with the next turn of its destination.', since: dueAt, until: null }]
}
