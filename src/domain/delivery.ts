/**
 * A delivery: one event for one target, and every step it can take.
 *
 *   pending ──claim──▶ sending ──2xx──▶ delivered
 *     ▲                  │
 *     ├──────later───────┤
 *     │                  └─ gave up / 410 / forbidden ──▶ dead ──discard──▶ canceled
 *     └──replay── from delivered or dead
 *
 * An open one whose endpoint is disabled is dead, and canceled when its endpoint is deleted; a new one for a disabled endpoint is dead.
 * Times are milliseconds since the epoch. Every arrow returns a new record with `version + 1`.
 */
import { destinationOf } from './destination.ts'
import { callbackHorizon, type RetryPolicy } from './retry.ts'

/** Why a delivery is dead: attempts spent, 410, a forbidden address, an open breaker, a disabled endpoint. */
export const DEAD_REASONS = ['exhausted', 'gone', 'forbidden', 'destination_down', 'endpoint_disabled'] as const
/** One of `DEAD_REASONS`. */
export type DeadReason = (typeof DEAD_REASONS)[number]
/** Why a delivery is canceled. */
export const CANCEL_REASONS = ['discarded', 'endpoint_deleted'] as const
/** One of `CANCEL_REASONS`. */
export type CancelReason = (typeof CANCEL_REASONS)[number]

/** What a delivery has in every state. */
export interface DeliveryCore {
  id: string
  tenantId: string
  eventId: string
  eventType: string
  /** Of the event's job; null for an event about an endpoint. */
  jobId: string | null
  jobType: string | null
  /** The registered endpoint it goes to, or null for a job's own URL. */
  endpointId: string | null
  /** The canonical URL. An endpoint's own is newer when it was changed since the last attempt. */
  url: string
  /** The lane it waits in: tenant + URL origin. */
  destination: string
  createdAt: number
  /** Tries ever made; the number of the newest attempt. Counts on over replays. */
  attempts: number
  /** Tries of the present budget; a replay starts a new one. */
  attemptsInBudget: number
  /** The end of its horizon, see `horizonEnd`: behind an open breaker it waits no longer. Moves by what is not the receiver's fault. */
  giveUpAt: number
  lastStatus: number | null
  lastError: string | null
  version: number
  /** The column of its stored record that cannot be read. What stands here instead is made up: it is shown, and never sent. */
  damage?: string
}

/** Waits for its due time and a turn of its lane. A turn of the lane moves it on. */
export interface PendingDelivery extends DeliveryCore {
  status: 'pending'
  dueAt: number
  /** Set when a process holds the record in memory to send it without another read. */
  lease: string | null
}

/** An attempt is in flight. `deliver` of the lease's holder moves it on, or the reclaim of what a dead process held. */
export interface SendingDelivery extends DeliveryCore {
  status: 'sending'
  /** When this attempt was due; what it is late by is not the receiver's fault. */
  dueAt: number
  lease: string
}

/** A receiver took it. Only a replay moves it on. */
export interface DeliveredDelivery extends DeliveryCore {
  status: 'delivered'
  finishedAt: number
}

/** We gave up; it is in the dead-letter queue. A replay or a discard moves it on. */
export interface DeadDelivery extends DeliveryCore {
  status: 'dead'
  reason: DeadReason
  finishedAt: number
}

/** Discarded by its owner, or its endpoint was deleted. Final. */
export interface CanceledDelivery extends DeliveryCore {
  status: 'canceled'
  reason: CancelReason
  finishedAt: number
}

/** Statuses as they are shown to callers, who see a delivery that is being sent as `pending`. */
export const SHOWN_DELIVERY_STATUSES = ['pending', 'delivered', 'dead', 'canceled'] as const
/** One of `SHOWN_DELIVERY_STATUSES`. */
export type ShownDeliveryStatus = (typeof SHOWN_DELIVERY_STATUSES)[number]

/** The status of a delivery as it is shown to callers. */
export function shownStatus({ status }: Delivery): ShownDeliveryStatus {
  return status === 'sending' ? 'pending' : status
}

/** A delivery in any state. */
export type Delivery = PendingDelivery | SendingDelivery | DeliveredDelivery | DeadDelivery | CanceledDelivery

/** What a new delivery is made of. */
export interface NewDelivery {
  id: string
  tenantId: string
  eventId: string
  eventType: string
  jobId: string | null
  jobType: string | null
  endpointId: string | null
  url: string
  destination: string
}

/** A delivery as it is first stored, due at once. `lease` is set when it goes to this process's local queue. */
export function newDelivery(input: NewDelivery, policy: RetryPolicy, now: number, lease: string | null): PendingDelivery {
  return {
    ...input,
    status: 'pending',
    createdAt: now,
    dueAt: now,
    attempts: 0,
    attemptsInBudget: 0,
    giveUpAt: horizonEnd(policy, now),
    lastStatus: null,
    lastError: null,
    lease,
    version: 1,
  }
}

/**
 * A budget's last moment: the schedule's waits, and as long again for waiting behind an open breaker. Waits of the schedule
 * fit into the first half whatever happens, so only the breaker's can use up the second.
 */
function horizonEnd(policy: RetryPolicy, now: number): number {
  return now + 2 * callbackHorizon(policy)
}

/** One for an endpoint that is disabled: dead from the beginning, for a replay when it is enabled. */
export function newDeadDelivery(input: NewDelivery, policy: RetryPolicy, now: number): DeadDelivery {
  return { ...stopDelivery(newDelivery(input, policy, now, null), now), version: 1 }
}

/** pending → sending under a new lease. */
export function startSending(delivery: PendingDelivery, lease: string): SendingDelivery {
  return { ...delivery, status: 'sending', lease, version: delivery.version + 1 }
}

/** A delivery that waits in the lane is held in memory by a process from now on; it stays pending. */
export function leaseDelivery(delivery: PendingDelivery, lease: string): PendingDelivery {
  return { ...delivery, lease, version: delivery.version + 1 }
}

/** pending → pending, due at `now`: its attempts and its horizon stay as they are. */
export function makeDue(delivery: PendingDelivery, now: number): PendingDelivery {
  return { ...delivery, dueAt: now, version: delivery.version + 1 }
}

/** delivered or dead → pending, with a fresh budget. Attempt numbers count on. */
export function replayDelivery(delivery: DeliveredDelivery | DeadDelivery, policy: RetryPolicy, now: number): PendingDelivery {
  const { finishedAt: _at, ...core } = delivery
  const { reason: _reason, ...rest } = { reason: null, ...core }
  return {
    ...rest,
    status: 'pending',
    dueAt: now,
    lease: null,
    attemptsInBudget: 0,
    giveUpAt: horizonEnd(policy, now),
    version: delivery.version + 1,
  }
}

/** dead → canceled. */
export function discardDelivery(delivery: DeadDelivery, now: number): CanceledDelivery {
  return { ...delivery, status: 'canceled', reason: 'discarded', finishedAt: now, version: delivery.version + 1 }
}

/** A record held or sent by a process that is gone goes back to its lane. An attempt may have arrived; it is made again. */
export function releaseDelivery(delivery: PendingDelivery | SendingDelivery): PendingDelivery {
  return { ...delivery, status: 'pending', lease: null, version: delivery.version + 1 }
}

/** The states in which somebody still owes the receiver an attempt. */
export function isOpen(delivery: Delivery): delivery is PendingDelivery | SendingDelivery {
  return delivery.status === 'pending' || delivery.status === 'sending'
}

/** pending → dead: its horizon passed while it waited behind an open breaker, with or without an attempt of its present budget. */
export function giveUpDelivery(delivery: PendingDelivery, now: number): DeadDelivery {
  const { dueAt: _due, lease: _lease, ...core } = delivery
  const reason = delivery.attemptsInBudget === 0 ? 'destination_down' : 'exhausted'
  return { ...core, status: 'dead', reason, finishedAt: now, version: delivery.version + 1 }
}

/** sending → dead, without an attempt: its stored record cannot be read. */
export function abandonDelivery(delivery: SendingDelivery, now: number): DeadDelivery {
  const { dueAt: _due, lease: _lease, ...core } = delivery
  return { ...core, status: 'dead', reason: 'exhausted', lastError: 'unreadable', finishedAt: now, version: delivery.version + 1 }
}

/** open → dead: its endpoint is disabled. */
export function stopDelivery(delivery: PendingDelivery | SendingDelivery, now: number): DeadDelivery {
  const { dueAt: _due, lease: _lease, ...core } = delivery
  return { ...core, status: 'dead', reason: 'endpoint_disabled', finishedAt: now, version: delivery.version + 1 }
}

/** open → canceled: its endpoint is deleted. */
export function withdrawDelivery(delivery: PendingDelivery | SendingDelivery, now: number): CanceledDelivery {
  const { dueAt: _due, lease: _lease, ...core } = delivery
  return { ...core, status: 'canceled', reason: 'endpoint_deleted', finishedAt: now, version: delivery.version + 1 }
}

/** open → pending in the lane of its endpoint's present URL, due when it was. */
export function redirectDelivery(delivery: PendingDelivery | SendingDelivery, url: string): PendingDelivery {
  return { ...releaseDelivery(delivery), url, destination: destinationOf(delivery.tenantId, url) }
}
