import { type DeadDelivery, type DeliveredDelivery, type PendingDelivery, replayDelivery } from '../domain/delivery.ts'
import type { Write } from '../ports.ts'
import type { World } from './world.ts'

/**
 * Makes an ended delivery due again at `now`: what every replay does. Null when its endpoint is disabled or deleted, and when
 * somebody else was first: then it has been replayed, discarded or purged.
 */
export async function reopenDelivery(
  world: World,
  delivery: DeadDelivery | DeliveredDelivery,
  now: number,
): Promise<PendingDelivery | null> {
  const { store, settings } = world
  if (delivery.endpointId !== null && (await store.endpoint(delivery.endpointId))?.status !== 'enabled') return null
  const pending = replayDelivery(delivery, settings.callbackPolicy, now)
  const change: Write[] = [{ write: 'updateDelivery', delivery: pending }]
  if (pending.jobId !== null) change.push({ write: 'unsettleJob', jobId: pending.jobId })
  if (!(await store.commit(change))) return null
  world.handover.deliveries.stored(pending.destination, pending.dueAt)
  world.queue.wake('delivery', pending.destination)
  world.waiters.notify(pending.jobId)
  return pending
}
