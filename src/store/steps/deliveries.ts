/** The writes of events, deliveries and attempts as steps. */
import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery, PendingDelivery } from '../../domain/delivery.ts'
import type { Event } from '../../domain/event.ts'
import type { Write } from '../../ports/change.ts'
import { attemptRow } from '../rows/attempt-row.ts'
import { deliveryChanges, deliveryRow } from '../rows/delivery-row.ts'
import { eventRow } from '../rows/event-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type DeliveryStatement =
  | 'insertEvent'
  | 'insertDelivery'
  | 'updateDelivery'
  | 'leaseDelivery'
  | 'insertAttempt'
  | 'purgeEvent'
  | 'purgeEventAttempts'
  | 'purgeEventDeliveries'

type DeliveryStep = Step<DeliveryStatement>
type Of<Name extends Write['write']> = Extract<Write, { write: Name }>

/** An event with its body. */
export function insertEvent(event: Event): DeliveryStep[] {
  return [{ statement: 'insertEvent', params: eventRow(event) }]
}

/** A new delivery. */
export function insertDelivery(delivery: Delivery): DeliveryStep[] {
  return [{ statement: 'insertDelivery', params: deliveryRow(delivery) }]
}

/**
 * Guarded by the version before: the delivery's own minus one.
 *
 * @param heldUnder the lease that the row must have; null: any, or none
 */
export function updateDelivery(delivery: Delivery, heldUnder: string | null = null): DeliveryStep[] {
  const params = { ...deliveryChanges(delivery), id: delivery.id, version_before: delivery.version - 1, held_under: heldUnder }
  return [{ statement: 'updateDelivery', params }]
}

/** A pending delivery that only gets another lease. */
export function leaseDeliveryStep({ id, lease, version }: PendingDelivery): DeliveryStep[] {
  return [{ statement: 'leaseDelivery', params: { id, lease, version, version_before: version - 1 } }]
}

/** An entry of the attempt log. */
export function insertAttempt(attempt: Attempt): DeliveryStep[] {
  return [{ statement: 'insertAttempt', params: attemptRow(attempt) }]
}

/** An event about an endpoint with its deliveries, if none of them is open and all ended before `endedBefore`. */
export function purgeEvent({ id, endedBefore }: Of<'purgeEvent'>): DeliveryStep[] {
  return [
    { statement: 'purgeEvent', params: { id, ended_before: endedBefore } },
    { statement: 'purgeEventAttempts', params: { id } },
    { statement: 'purgeEventDeliveries', params: { id } },
  ]
}
