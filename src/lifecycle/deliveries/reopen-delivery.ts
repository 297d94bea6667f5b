import { type DeadDelivery, type DeliveredDelivery, type PendingDelivery, replayDelivery } from '../../domain/delivery.ts'
import type { Write } from '../../ports/change.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'

/**
 * Makes an ended delivery due again at `now`: what every replay does. Null when its endpoint is disabled or deleted, and when
 * somebody else was first: then it has been replayed, discarded or purged.
 */
export async function reopenDelivery(
  context: CommitContext & Pick<Context, 'settings'>,
  delivery: DeadDelivery | DeliveredDelivery,
  now: number,
): Promise<PendingDelivery | null> {
  const { store, settings } = context
  if (delivery.endpointId !== null && (await store.endpoints.find(delivery.endpointId))?.status !== 'enabled') return null
  const pending = replayDelivery(delivery, settings.callback, now)
  const change: Write[] = [{ write: 'updateDelivery', delivery: pending }]
  if (pending.jobId !== null) change.push({ write: 'unsettleJob', jobId: pending.jobId })
  return (await commit(context, change)) ? pending : null
}
