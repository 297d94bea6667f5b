import { type Delivery, isOpen } from '../../domain/delivery.ts'
import type { Write } from '../../ports/change.ts'

/** The writes of a delivery's step: with its last one the retention of its job may start, at `now`. */
export function moveDelivery(delivery: Delivery, now: number): Write[] {
  const change: Write[] = [{ write: 'updateDelivery', delivery }]
  if (!isOpen(delivery) && delivery.jobId !== null) change.push({ write: 'settleJob', jobId: delivery.jobId, at: now })
  return change
}
