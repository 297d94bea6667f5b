/** The writes of events, deliveries and attempts: each statement with the function that gives its parameters in the same order. */
import type { Attempt, Delivery, PendingDelivery } from '../../domain/delivery.ts'
import type { Event } from '../../domain/event.ts'
import { guarded, insertInto, type Param, plain, type Step, tight } from './step.ts'

const FIXED = ['id', 'tenant_id', 'event_id', 'event_type', 'job_id', 'job_type', 'endpoint_id', 'url', 'destination', 'created_at']
const MOVING = [
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

export const DELIVERY_STATEMENTS = {
  insertEvent: plain(insertInto('events', ['id', 'tenant_id', 'type', 'job_id', 'body', 'created_at'])),
  insertDelivery: plain(insertInto('deliveries', [...FIXED, ...MOVING])),
  updateDelivery: guarded(`UPDATE deliveries SET ${MOVING.map((column) => `${column} = ?`).join(', ')} WHERE id = ? AND version = ? - 1`),
  insertAttempt: plain(insertInto('attempts', ['delivery_id', 'n', 'at', 'ms', 'status', 'error', 'response_headers', 'response_body'])),
}

export type DeliveryStep = Step<keyof typeof DELIVERY_STATEMENTS>

export function insertEvent(event: Event): DeliveryStep[] {
  const params = [event.id, event.tenantId, event.type, event.jobId, tight(event.body), event.createdAt]
  return [{ statement: 'insertEvent', params }]
}

export function insertDelivery(delivery: PendingDelivery): DeliveryStep[] {
  const fixed: Param[] = [
    delivery.id,
    delivery.tenantId,
    delivery.eventId,
    delivery.eventType,
    delivery.jobId,
    delivery.jobType,
    delivery.endpointId,
    delivery.url,
    delivery.destination,
    delivery.createdAt,
  ]
  return [{ statement: 'insertDelivery', params: [...fixed, ...moving(delivery)] }]
}

export function updateDelivery(delivery: Delivery): DeliveryStep[] {
  return [{ statement: 'updateDelivery', params: [...moving(delivery), delivery.id, delivery.version] }]
}

function moving(delivery: Delivery): Param[] {
  return [
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

export function insertAttempt(attempt: Attempt): DeliveryStep[] {
  const params = [
    attempt.deliveryId,
    attempt.n,
    attempt.at,
    attempt.ms,
    attempt.status,
    attempt.error,
    JSON.stringify(attempt.responseHeaders),
    tight(attempt.responseBody),
  ]
  return [{ statement: 'insertAttempt', params }]
}
