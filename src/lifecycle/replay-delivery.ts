import { type Delivery, replayDelivery as replayed } from '../domain/delivery.ts'
import { Refusal } from '../domain/errors.ts'
import { findDelivery } from './find-delivery.ts'
import type { Reader, World } from './world.ts'

/**
 * Sends an ended delivery again: same `webhook-id`, same body, a fresh schedule, due at once. Refuses with `not_found`, or
 * `not_acceptable_state` unless it is dead or delivered.
 */
export async function replayDelivery(world: World, reader: Reader, id: string): Promise<Delivery> {
  const delivery = await findDelivery(world, reader, id)
  if (delivery.status !== 'dead' && delivery.status !== 'delivered') throw notReplayable()
  const pending = replayed(delivery, world.settings.callbackPolicy, world.clock.now())
  const written = await world.store.commit([
    { write: 'updateDelivery', delivery: pending },
    { write: 'unsettleJob', jobId: pending.jobId },
  ])
  // Whoever was first has replayed or discarded it.
  if (!written) throw notReplayable()
  world.handover.deliveries.stored(pending.destination, pending.dueAt)
  world.queue.wake('delivery', pending.destination)
  world.waiters.notify(pending.jobId)
  return pending
}

function notReplayable(): Refusal {
  return new Refusal('not_acceptable_state', 'Only a dead or delivered delivery can be replayed.')
}
