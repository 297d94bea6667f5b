/** The writes of events, deliveries and attempts: each statement with the function that gives its parameters in the same order. */
import type { Attempt, DeadDelivery, Delivery, PendingDelivery } from '../../../domain/delivery.ts'
import type { Event } from '../../../domain/event.ts'
import { guarded, insertInto, type Param, plain, type Step, tight } from './step.ts'

const FIXED = ['id', 'tenant_id', 'event_id', 'event_type', 'job_id', 'job_type', 'endpoint_id', 'created_at']
const MOVING = [
  'url',
  'destination',
  'status',
  'reason',
  'due_at',
  'attempts',
  'tries',
  'give_up_at',
  'last_status',
  'last_error',
  'finished_at',
  'lease',
  'version',
]

const ATTEMPT = ['delivery_id', 'n', 'at', 'ms', 'status', 'error', 'error_cause', 'sent', 'response_headers', 'response_body']

export const DELIVERY_STATEMENTS = {
  insertEvent: plain(insertInto('events', ['id', 'tenant_id', 'type', 'job_id', 'body', 'created_at'])),
  insertDelivery: plain(insertInto('deliveries', [...FIXED, ...MOVING])),
  updateDelivery: guarded(`UPDATE deliveries SET ${MOVING.map((column) => `${column} = ?`).join(', ')} WHERE id = ? AND version = ? - 1`),
  purgeEventAttempts: plain('DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE event_id = ? AND job_id IS NULL)'),
  purgeEventDeliveries: plain('DELETE FROM deliveries WHERE event_id = ? AND job_id IS NULL'),
  purgeEvent: guarded(`DELETE FROM events WHERE id = ? AND ${expiredEvent('?')}`),
  insertAttempt: plain(insertInto('attempts', ATTEMPT)),
}

/** Whether a row of `events` that belongs to no job has been kept long enough: `before` stands for the end of retention. */
export function expiredEvent(before: string): string {
  return `job_id IS NULL AND created_at <= ${before} AND NOT EXISTS (
    SELECT 1 FROM deliveries INDEXED BY deliveries_jobless
    WHERE event_id = events.id AND job_id IS NULL AND (finished_at IS NULL OR finished_at > ${before}))`
}

export type DeliveryStep = Step<keyof typeof DELIVERY_STATEMENTS>

export function insertEvent(event: Event): DeliveryStep[] {
  const params = [event.id, event.tenantId, event.type, event.jobId, tight(event.body), event.createdAt]
  return [{ statement: 'insertEvent', params }]
}

export function insertDelivery(delivery: PendingDelivery | DeadDelivery): DeliveryStep[] {
  const fixed: Param[] = [
    delivery.id,
    delivery.tenantId,
    delivery.eventId,
    delivery.eventType,
    delivery.jobId,
    delivery.jobType,
    delivery.endpointId,
    delivery.createdAt,
  ]
  return [{ statement: 'insertDelivery', params: [...fixed, ...moving(delivery)] }]
}

export function updateDelivery(delivery: Delivery): DeliveryStep[] {
  return [{ statement: 'updateDelivery', params: [...moving(delivery), delivery.id, delivery.version] }]
}

function moving(delivery: Delivery): Param[] {
  return [
    delivery.url,
    delivery.destination,
    delivery.status,
    delivery.status === 'dead' || delivery.status === 'canceled' ? delivery.reason : null,
    delivery.status === 'pending' || delivery.status === 'sending' ? delivery.dueAt : null,
    delivery.attempts,
    delivery.tries,
    delivery.giveUpAt,
    delivery.lastStatus,
    delivery.lastError,
    delivery.status === 'pending' || delivery.status === 'sending' ? null : delivery.finishedAt,
    delivery.status === 'pending' || delivery.status === 'sending' ? delivery.lease : null,
    delivery.version,
  ]
}

export function purgeEvent(id: string, endedBefore: number): DeliveryStep[] {
  return [
    { statement: 'purgeEvent', params: [id, endedBefore, endedBefore] },
    { statement: 'purgeEventAttempts', params: [id] },
    { statement: 'purgeEventDeliveries', params: [id] },
  ]
}

export function insertAttempt(attempt: Attempt): DeliveryStep[] {
  const params = [
    attempt.deliveryId,
    attempt.n,
    attempt.at,
    attempt.ms,
    attempt.status,
    attempt.error,
    attempt.errorCause,
    attempt.sent === null ? null : JSON.stringify(attempt.sent),
    JSON.stringify(attempt.responseHeaders),
    tight(attempt.responseBody),
  ]
  return [{ statement: 'insertAttempt', params }]
}
