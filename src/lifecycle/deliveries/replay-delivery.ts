import type { Delivery } from '../../domain/delivery.ts'
import { ProblemError } from '../../domain/errors.ts'
import { findDelivery } from '../access/find-delivery.ts'
import type { CommitContext } from '../commit/commit.ts'
import type { Context, Reader } from '../process/context.ts'
import { reopenDelivery } from './reopen-delivery.ts'

/**
 * Sends an ended delivery again: same `webhook-id`, same body, a fresh schedule, due at once. Refuses with `not_found`, or
 * `conflict` unless it is dead or delivered and its endpoint, if it has one, is enabled.
 */
export async function replayDelivery(context: CommitContext & Pick<Context, 'settings'>, reader: Reader, id: string): Promise<Delivery> {
  const delivery = await findDelivery(context, reader, id)
  if (delivery.status !== 'dead' && delivery.status !== 'delivered') throw notReplayable()
  const pending = await reopenDelivery(context, delivery, context.clock.now())
  if (pending === null) throw notReplayable()
  return pending
}

function notReplayable(): ProblemError {
  return new ProblemError('conflict', 'Only a dead or delivered delivery can be replayed, one of an endpoint only while that is enabled.')
}
