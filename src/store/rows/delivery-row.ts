/** A row of `deliveries` and the domain's delivery. */
import { CANCEL_REASONS, DEAD_REASONS, type Delivery, isOpen } from '../../domain/delivery.ts'
import type { DeliveryRow } from '../tables/deliveries.ts'
import { assertNumbers, assertTexts, CorruptRow, present } from './column.ts'

/** The columns that a change of a delivery writes. The others are written once, when it is inserted. */
export const DELIVERY_CHANGES = [
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
] as const

/** The columns that a step of a delivery may change. */
export type DeliveryChanges = Pick<DeliveryRow, (typeof DELIVERY_CHANGES)[number]>

/** Their values for a delivery in any state: null where the state has none. */
export function deliveryChanges(delivery: Delivery): DeliveryChanges {
  const open = isOpen(delivery)
  return {
    url: delivery.url,
    destination: delivery.destination,
    status: delivery.status,
    reason: delivery.status === 'dead' || delivery.status === 'canceled' ? delivery.reason : null,
    due_at: open ? delivery.dueAt : null,
    attempts: delivery.attempts,
    tries: delivery.attemptsInBudget,
    give_up_at: delivery.giveUpAt,
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    finished_at: open ? null : delivery.finishedAt,
    lease: open ? delivery.lease : null,
    version: delivery.version,
  }
}

/** The whole row of a delivery that is inserted. The database gives `seq`. */
export function deliveryRow(delivery: Delivery): Omit<DeliveryRow, 'seq'> {
  return {
    id: delivery.id,
    tenant_id: delivery.tenantId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    job_id: delivery.jobId,
    job_type: delivery.jobType,
    endpoint_id: delivery.endpointId,
    created_at: delivery.createdAt,
    ...deliveryChanges(delivery),
  }
}

const NUMBERS = ['created_at', 'attempts', 'tries', 'give_up_at', 'version'] as const
const NUMBERS_OR_NULL = ['due_at', 'finished_at', 'last_status'] as const
const TEXTS = ['tenant_id', 'event_id', 'event_type', 'url', 'destination'] as const

/** Throws `CorruptRow`, naming the delivery, when the row does not hold what its status promises. */
export function parseDelivery(row: DeliveryRow): Delivery {
  assertNumbers(row, NUMBERS, NUMBERS_OR_NULL)
  assertTexts(row, TEXTS)
  const core = {
    id: row.id,
    tenantId: row.tenant_id,
    eventId: row.event_id,
    eventType: row.event_type,
    jobId: row.job_id,
    jobType: row.job_type,
    endpointId: row.endpoint_id,
    url: row.url,
    destination: row.destination,
    createdAt: row.created_at,
    attempts: row.attempts,
    attemptsInBudget: row.tries,
    giveUpAt: row.give_up_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
    version: row.version,
  }
  const finishedAt = () => present(row.finished_at, row.id, 'finished_at')
  switch (row.status) {
    case 'pending':
      return { ...core, status: row.status, dueAt: present(row.due_at, row.id, 'due_at'), lease: row.lease }
    case 'sending':
      return { ...core, status: row.status, dueAt: present(row.due_at, row.id, 'due_at'), lease: present(row.lease, row.id, 'lease') }
    case 'delivered':
      return { ...core, status: row.status, finishedAt: finishedAt() }
    case 'dead': {
      const reason = DEAD_REASONS.find((one) => one === row.reason)
      if (reason === undefined) throw new CorruptRow(row.id, 'reason')
      return { ...core, status: row.status, reason, finishedAt: finishedAt() }
    }
    case 'canceled': {
      const reason = CANCEL_REASONS.find((one) => one === row.reason)
      if (reason === undefined) throw new CorruptRow(row.id, 'reason')
      return { ...core, status: row.status, reason, finishedAt: finishedAt() }
    }
    default:
      throw new CorruptRow(row.id, 'status')
  }
}
