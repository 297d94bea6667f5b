import { discardDelivery as discarded } from '../../domain/delivery.ts'
import { ProblemError } from '../../domain/errors.ts'
import { findDelivery } from '../access/find-delivery.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import type { Reader } from '../process/context.ts'

/** Takes a dead delivery off the dead-letter queue for good. Refuses with `not_found`, or `conflict` unless it is dead. */
export async function discardDelivery(context: CommitContext, reader: Reader, id: string): Promise<void> {
  const delivery = await findDelivery(context, reader, id)
  const written =
    delivery.status === 'dead' && (await commit(context, [{ write: 'updateDelivery', delivery: discarded(delivery, context.clock.now()) }]))
  if (!written) throw new ProblemError('conflict', 'Only a dead delivery can be discarded.')
}
