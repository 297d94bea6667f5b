import type { DeliveryDocument } from '../../client/documents/delivery.ts'
import type { Columns } from './list.ts'

/** Deliveries in a list. */
export const DELIVERY_COLUMNS: Columns<DeliveryDocument> = {
  id: (one) => one.id,
  status: (one) => one.status,
  reason: (one) => one.reason,
  event: (one) => one.event.type,
  attempts: (one) => one.attempts,
  last: (one) => one.last_status ?? one.last_error,
  'next attempt': (one) => one.next_attempt_at,
  url: (one) => one.url,
}
