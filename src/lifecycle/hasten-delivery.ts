import { hastenDelivery as hastened, type PendingDelivery } from '../domain/delivery.ts'
import type { World } from './world.ts'

/** Makes a delivery that waits for a later time due at `now`. False: somebody else was first. */
export async function hastenDelivery(world: World, delivery: PendingDelivery, now: number): Promise<boolean> {
  const due = hastened(delivery, now)
  if (!(await world.store.commit([{ write: 'updateDelivery', delivery: due }]))) return false
  world.handover.deliveries.stored(due.destination, due.dueAt)
  world.queue.wake('delivery', due.destination)
  world.waiters.notify(due.jobId)
  return true
}
