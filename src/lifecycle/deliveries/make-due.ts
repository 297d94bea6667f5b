import { makeDue as hastened, type PendingDelivery } from '../../domain/delivery.ts'
import { type CommitContext, commit } from '../commit/commit.ts'

/** Makes a delivery that waits for a later time due at `now`. False: somebody else was first. */
export function makeDue(context: CommitContext, delivery: PendingDelivery, now: number): Promise<boolean> {
  return commit(context, [{ write: 'updateDelivery', delivery: hastened(delivery, now) }])
}
