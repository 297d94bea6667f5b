import { type Delivery, isOpen } from '../../domain/delivery.ts'
import type { Write } from '../../ports/change.ts'
import type { OutboxContext } from './event-writes.ts'
import { stageDead } from './stage-dead.ts'

/**
 * The writes of a delivery's step: with its last one the retention of its job may start, at `now`; of its death an alert tells.
 *
 * @param heldUnder the lease before the step; null for one that nobody held
 */
export async function moveDelivery(context: OutboxContext, delivery: Delivery, heldUnder: string | null, now: number): Promise<Write[]> {
  const change: Write[] = [{ write: 'updateDelivery', delivery, heldUnder }]
  if (delivery.status === 'dead') change.push(...(await stageDead(context, delivery)))
  if (!isOpen(delivery) && delivery.jobId !== null) change.push({ write: 'settleJob', jobId: delivery.jobId, at: now })
  return change
}
