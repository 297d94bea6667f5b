import { discardDelivery as discarded } from '../domain/delivery.ts'
import { Refusal } from '../domain/errors.ts'
import { findDelivery } from './find-delivery.ts'
import type { Reader, World } from './world.ts'

/** Takes a dead delivery off the dead-letter queue for good. Refuses with `not_found`, or `conflict` unless it is dead. */
export async function discardDelivery(world: World, reader: Reader, id: string): Promise<void> {
  const delivery = await findDelivery(world, reader, id)
  const written =
    delivery.status === 'dead' &&
    (await world.store.commit([{ write: 'updateDelivery', delivery: discarded(delivery, world.clock.now()) }]))
  if (!written) throw new Refusal('conflict', 'Only a dead delivery can be discarded.')
  world.waiters.notify(delivery.jobId)
}
