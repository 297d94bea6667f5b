import { ProblemError } from '../../domain/errors.ts'
import type { DeadLetterFilter } from '../../ports/deliveries.ts'
import type { CommitContext } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { countReplay } from './count-replay.ts'
import { moveMatching } from './move-matching.ts'
import { reopenDelivery } from './reopen-delivery.ts'

/** What came of a replay. `skipped`: they fit, but their endpoint is disabled or deleted, or somebody else was first. */
export interface Replayed {
  replayed: number
  skipped: number
  hasMore: boolean
}

/**
 * Sends the dead letters that fit once more, at most `limit` of them: see `moveMatching`. Refuses with `conflict`, and moves none, when
 * more would move than `expect`.
 */
export async function replayDeadLetters(
  context: CommitContext & Pick<Context, 'settings'>,
  filter: DeadLetterFilter,
  limit: number,
  expect: number | null = null,
): Promise<Replayed> {
  if (expect !== null && (await countReplay(context, filter)).total > expect) {
    throw new ProblemError('conflict', `More than the ${expect} expected would be replayed; look at them again.`)
  }
  if (expect === 0) return { replayed: 0, skipped: 0, hasMore: false }
  // One time for all, so that a lane sends them in the order they were created in.
  const now = context.clock.now()
  const matching = { filter, status: 'dead' as const, limit: Math.min(limit, expect ?? limit) }
  const { moved, skipped, hasMore } = await moveMatching(context, matching, async (delivery) => {
    return delivery.status === 'dead' && (await reopenDelivery(context, delivery, now)) !== null
  })
  context.log.info({ tenant: filter.tenantId, replayed: moved, skipped, has_more: hasMore }, 'dead letters replayed')
  return { replayed: moved, skipped, hasMore }
}
