import type { DeadLetterFilter } from '../../ports/deliveries.ts'
import type { CommitContext } from '../commit/commit.ts'
import { makeDue } from './make-due.ts'
import { moveMatching } from './move-matching.ts'

/** Makes the deliveries that fit and wait for a later time due now, at most `limit` of them: see `moveMatching`. */
export async function retryDeliveries(
  context: CommitContext,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ retried: number; hasMore: boolean }> {
  // One time for all, so that a lane sends them in the order they were created in.
  const now = context.clock.now()
  const { moved, hasMore } = await moveMatching(context, { filter, status: 'pending', limit }, async (delivery) => {
    return delivery.status === 'pending' && delivery.dueAt > now && (await makeDue(context, delivery, now))
  })
  context.log.info({ tenant: filter.tenantId, retried: moved, has_more: hasMore }, 'waiting deliveries retried')
  return { retried: moved, hasMore }
}
