/** The writes of events, deliveries and attempts as steps. */
import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { Event } from '../../domain/event.ts'
import type { Write } from '../../ports/change.ts'
import { attemptRow } from '../rows/attempt-row.ts'
import { deliveryChanges, deliveryRow } from '../rows/delivery-row.ts'
import { eventRow } from '../rows/event-row.ts'
import type { Step } from './step.ts'

export type DeliveryStatement =
  | 'insertEvent'
  | 'insertDelivery'
  | 'updateDelivery'
  | 'insertAttempt'
  | 'purgeEvent'
  | 'purgeEventAttempts'
  | 'purgeEventDeliveries'

type DeliveryStep = Step<DeliveryStatement>
type Of<Name extends Write['write']> = Extract<Write, { write: Name }>

export function insertEvent(event: Event): DeliveryStep[] {
  return [{ statement: 'insertEvent', params: eventRow(event) }]
}

export function insertDelivery(delivery: Delivery): DeliveryStep[] {
  return [{ statement: 'insertDelivery', params: deliveryRow(delivery) }]
}

export function updateDelivery(delivery: Delivery): DeliveryStep[] {
  const params = { ...deliveryChanges(delivery), id: delivery.id, version_before: delivery.version - 1 }
  return [{ statement: 'updateDelivery', params }]
}

export function insertAttempt(attempt: Attempt): DeliveryStep[] {
  return [{ statement: 'insertAttempt', params: attemptRow(attempt) }]
}

export function purgeEvent({ id, endedBefore }: Of<'purgeEvent'>): DeliveryStep[] {
  return [
    { statement: 'purgeEvent', params: { id, ended_before: endedBefore } },
    { statement: 'purgeEventAttempts', params: { id } },
    { statement: 'purgeEventDeliveries', params: { id } },
  ]
}
