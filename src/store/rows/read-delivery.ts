/** Deliveries from their rows, whatever the rows hold: nothing here throws. */
import { CANCEL_REASONS, DEAD_REASONS, type Delivery } from '../../domain/delivery.ts'
import type { DeliveryRow } from '../tables/deliveries.ts'
import { parseDelivery } from './delivery-row.ts'
import { damageOf, whole, wholeOrNull } from './salvage.ts'

/** The delivery, or what is left of it. */
export function readDelivery(row: DeliveryRow): Delivery {
  try {
    return parseDelivery(row)
  } catch (error) {
    return salvageDelivery(row, damageOf(error))
  }
}

/** A delivery in its stored status; in one that cannot be it is dead, so that it can be discarded. */
function salvageDelivery(row: DeliveryRow, damage: string): Delivery {
  const createdAt = whole(row.created_at, 0)
  const core = {
    id: String(row.id),
    tenantId: String(row.tenant_id),
    eventId: String(row.event_id),
    eventType: String(row.event_type),
    jobId: row.job_id,
    jobType: row.job_type,
    endpointId: row.endpoint_id,
    url: String(row.url),
    destination: String(row.destination),
    createdAt,
    attempts: whole(row.attempts, 0),
    attemptsInBudget: whole(row.tries, 0),
    giveUpAt: whole(row.give_up_at, createdAt),
    lastStatus: wholeOrNull(row.last_status),
    lastError: 'unreadable',
    version: whole(row.version, 0),
    damage,
  }
  const finishedAt = whole(row.finished_at, createdAt)
  const dueAt = whole(row.due_at, createdAt)
  switch (row.status) {
    case 'pending':
      return { ...core, status: row.status, dueAt, lease: row.lease }
    case 'sending':
      return row.lease === null
        ? { ...core, status: 'pending', dueAt, lease: null }
        : { ...core, status: row.status, dueAt, lease: row.lease }
    case 'delivered':
      return { ...core, status: row.status, finishedAt }
    case 'canceled':
      return { ...core, status: row.status, reason: CANCEL_REASONS.find((one) => one === row.reason) ?? 'discarded', finishedAt }
    default:
      return { ...core, status: 'dead', reason: DEAD_REASONS.find((one) => one === row.reason) ?? 'exhausted', finishedAt }
  }
}
