import { makeDue as hastened, type PendingDelivery } from '../../domain/delivery.ts'
import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'

/** Makes a delivery that waits for a later time due at `now`. False: somebody else was first. */
export function makeDue(context: Context, delivery: PendingDelivery, now: number): Promise<boolean> {
  return commit(context, [{ write: 'updateDelivery', delivery: hastened(delivery, now) }])
}
