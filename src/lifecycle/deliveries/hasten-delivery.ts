import { hastenDelivery as hastened, type PendingDelivery } from '../../domain/delivery.ts'
import type { Context } from '../process/context.ts'

/** Makes a delivery that waits for a later time due at `now`. False: somebody else was first. */
export async function hastenDelivery(context: Context, delivery: PendingDelivery, now: number): Promise<boolean> {
  const due = hastened(delivery, now)
  if (!(await context.store.commit([{ write: 'updateDelivery', delivery: due }]))) return false
  context.localQueues.deliveries.stored(due.destination, due.dueAt)
  context.queue.wake('delivery', due.destination)
  context.waiters.notify(due.jobId)
  return true
}
