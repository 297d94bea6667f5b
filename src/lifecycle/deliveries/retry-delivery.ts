import type { Delivery } from '../../domain/delivery.ts'
import { ProblemError } from '../../domain/errors.ts'
import { isPaused } from '../../domain/pause.ts'
import { findDelivery } from '../access/find-delivery.ts'
import type { CommitContext } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'
import type { Context, Reader } from '../process/context.ts'
import { makeDue } from './make-due.ts'

/**
 * Makes a waiting delivery due now. The attempt counts as usual, and behind an open breaker it waits for its probe. One that is
 * due already stays as it is. Refuses with `not_found`, or `conflict` when it does not wait (it is being sent, or has ended), or its
 * destination is paused.
 */
export function retryDelivery(
  context: CommitContext & Pick<Context, 'outgoing' | 'destinations'>,
  reader: Reader,
  id: string,
): Promise<Delivery> {
  return retrying(`delivery ${id}`, async () => {
    const delivery = await findDelivery(context, reader, id)
    if (delivery.status !== 'pending' || context.outgoing.isSending(id)) throw notWaiting()
    const now = context.clock.now()
    if (isPaused(await context.destinations.get(delivery.destination), now)) {
      throw new ProblemError('conflict', 'The destination is paused; resume it first.')
    }
    if (delivery.dueAt <= now) return delivery
    return (await makeDue(context, delivery, now)) ? findDelivery(context, reader, id) : 'lost'
  })
}

function notWaiting(): ProblemError {
  return new ProblemError('conflict', 'Only a delivery that waits can be retried now; one that is dead or delivered can be replayed.')
}
