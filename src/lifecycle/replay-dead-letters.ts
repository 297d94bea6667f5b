import type { DeadLetterFilter } from '../ports.ts'
import { moveMatching } from './move-matching.ts'
import { reopenDelivery } from './reopen-delivery.ts'
import type { World } from './world.ts'

/** Sends the dead letters that fit once more, at most `limit` of them: see `moveMatching`. */
export async function replayDeadLetters(
  world: World,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ replayed: number; hasMore: boolean }> {
  // One time for all, so that a lane sends them in the order they were created in.
  const now = world.clock.now()
  const { moved, hasMore } = await moveMatching(world, { filter, status: 'dead', limit }, async (delivery) => {
    return delivery.status === 'dead' && (await reopenDelivery(world, delivery, now)) !== null
  })
  world.log.info({ tenant: filter.tenantId, replayed: moved, has_more: hasMore }, 'dead letters replayed')
  return { replayed: moved, hasMore }
}
