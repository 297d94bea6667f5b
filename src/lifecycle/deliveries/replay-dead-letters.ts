import type { DeadLetterFilter } from '../../ports/deliveries.ts'
import type { CommitContext } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { moveMatching } from './move-matching.ts'
import { reopenDelivery } from './reopen-delivery.ts'

/** Sends the dead letters that fit once more, at most `limit` of them: see `moveMatching`. */
export async function replayDeadLetters(
  context: CommitContext & Pick<Context, 'settings'>,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ replayed: number; hasMore: boolean }> {
  // One time for all, so that a lane sends them in the order they were created in.
  const now = context.clock.now()
  const { moved, hasMore } = await moveMatching(context, { filter, status: 'dead', limit }, async (delivery) => {
    return delivery.status === 'dead' && (await reopenDelivery(context, delivery, now)) !== null
  })
  context.log.info({ tenant: filter.tenantId, replayed: moved, has_more: hasMore }, 'dead letters replayed')
  return { replayed: moved, hasMore }
}
