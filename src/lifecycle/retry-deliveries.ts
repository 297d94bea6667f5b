import type { DeadLetterFilter } from '../ports.ts'
import { hastenDelivery } from './hasten-delivery.ts'
import { moveMatching } from './move-matching.ts'
import type { World } from './world.ts'

/** Makes the deliveries that fit and wait for a later time due now, at most `limit` of them: see `moveMatching`. */
export async function retryDeliveries(
  world: World,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ retried: number; hasMore: boolean }> {
  // One time for all, so that a lane sends them in the order they were created in.
  const now = world.clock.now()
  const { moved, hasMore } = await moveMatching(world, { filter, status: 'pending', limit }, async (delivery) => {
    return delivery.status === 'pending' && delivery.dueAt > now && (await hastenDelivery(world, delivery, now))
  })
  world.log.info({ tenant: filter.tenantId, retried: moved, has_more: hasMore }, 'waiting deliveries retried')
  return { retried: moved, hasMore }
}
