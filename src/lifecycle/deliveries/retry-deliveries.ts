import { isPaused } from '../../domain/pause.ts'
import type { DeadLetterFilter } from '../../ports/deliveries.ts'
import type { CommitContext } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { makeDue } from './make-due.ts'
import { moveMatching } from './move-matching.ts'

/**
 * Makes the deliveries that fit and wait for a later time due now, at most `limit` of them: see `moveMatching`. Those of a paused
 * destination stay.
 */
export async function retryDeliveries(
  context: CommitContext & Pick<Context, 'destinations'>,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ retried: number; hasMore: boolean }> {
  // One time for all, so that a lane sends them in the order they were created in.
  const now = context.clock.now()
  /** By destination, each looked up once. */
  const pauses = new Map<string, Promise<boolean>>()
  const { moved, hasMore } = await moveMatching(context, { filter, status: 'pending', limit }, async (delivery) => {
    if (delivery.status !== 'pending' || delivery.dueAt <= now) return false
    const { destination } = delivery
    const paused = pauses.get(destination) ?? context.destinations.get(destination).then((found) => isPaused(found, now))
    pauses.set(destination, paused)
    return !(await paused) && makeDue(context, delivery, now)
  })
  context.log.info({ tenant: filter.tenantId, retried: moved, has_more: hasMore }, 'waiting deliveries retried')
  return { retried: moved, hasMore }
}
