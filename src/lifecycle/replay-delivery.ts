import type { Delivery } from '../domain/delivery.ts'
import { Refusal } from '../domain/errors.ts'
import { findDelivery } from './find-delivery.ts'
import { reopenDelivery } from './reopen-delivery.ts'
import type { Reader, World } from './world.ts'

/**
 * Sends an ended delivery again: same `webhook-id`, same body, a fresh schedule, due at once. Refuses with `not_found`, or
 * `conflict` unless it is dead or delivered and its endpoint, if it has one, is enabled.
 */
export async function replayDelivery(world: World, reader: Reader, id: string): Promise<Delivery> {
  const delivery = await findDelivery(world, reader, id)
  if (delivery.status !== 'dead' && delivery.status !== 'delivered') throw notReplayable()
  const pending = await reopenDelivery(world, delivery, world.clock.now())
  if (pending === null) throw notReplayable()
  return pending
}

function notReplayable(): Refusal {
  return new Refusal('conflict', 'Only a dead or delivered delivery can be replayed, one of an endpoint only while that is enabled.')
}
