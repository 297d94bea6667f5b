import type { Delivery } from '../domain/delivery.ts'
import { type DeadLetterFilter, StoreUnavailable } from '../ports.ts'
import { reopenDelivery } from './reopen-delivery.ts'
import type { World } from './world.ts'

/** Decided and posted together: one group of the store's writer, with room for others in it. */
const BATCH = 500

/**
 * Sends the dead letters that fit once more, at most `limit` of them. Each is a guarded change of its own, so it is moved
 * once whoever else replays at the same time, and only what this call has moved is counted. `hasMore` is true when it
 * stopped before the end: at the limit, or because the store takes no more now. Rejects only when nothing was moved.
 */
export async function replayDeadLetters(
  world: World,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ replayed: number; hasMore: boolean }> {
  // One time for all, so that a lane sends them in the order they were created in.
  const now = world.clock.now()
  let replayed = 0
  let before: number | null = null
  let hasMore = true
  try {
    do {
      const page = await world.store.listDeliveries({ ...filter, status: 'dead', limit: Math.min(BATCH, limit - replayed), before })
      const outcomes = await Promise.allSettled(page.rows.map((delivery) => reopen(world, delivery, now)))
      replayed += outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length
      const failure = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failure) throw failure.reason
      before = page.next
    } while (before !== null && replayed < limit)
    hasMore = before !== null
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || replayed === 0) throw error
  }
  world.log.info({ tenant: filter.tenantId, replayed, has_more: hasMore }, 'dead letters replayed')
  return { replayed, hasMore }
}

async function reopen(world: World, delivery: Delivery, now: number): Promise<boolean> {
  return delivery.status === 'dead' && (await reopenDelivery(world, delivery, now)) !== null
}
