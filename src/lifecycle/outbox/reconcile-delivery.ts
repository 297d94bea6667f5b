import type { PendingDelivery, SendingDelivery } from '../../domain/delivery.ts'
import { type Endpoint, reconcileDelivery as followed } from '../../domain/endpoint.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import { logReconciled } from '../commit/log-reconciled.ts'
import type { OutboxContext } from './event-writes.ts'
import { moveDelivery } from './move-delivery.ts'

/** Deliveries decided and posted together. */
const BATCH = 500

/**
 * Makes of an open delivery what its endpoint asks for now: canceled when that is deleted (null), dead when it is disabled, in
 * the lane of its present URL otherwise. False: nothing is to be done, it may go out as it is.
 */
export async function reconcileDelivery(
  context: CommitContext & OutboxContext,
  delivery: PendingDelivery | SendingDelivery,
  endpoint: Endpoint | null,
): Promise<boolean> {
  const now = context.clock.now()
  const next = followed(delivery, endpoint, now)
  if (next === delivery) return false
  // Losing means that somebody else has taken it: they will see what the endpoint is now.
  if (await commit(context, await moveDelivery(context, next, delivery.lease, now), { mustRecord: true })) logReconciled(context, next)
  return true
}

/**
 * The same for every delivery that waits for a changed or deleted endpoint. Never rejects: what it does not reach (in flight, held
 * in memory, or the store takes no more now) follows at its own next attempt.
 */
export async function reconcileWaiting(context: CommitContext & OutboxContext, endpointId: string): Promise<void> {
  try {
    for (;;) {
      const endpoint = await context.store.endpoints.find(endpointId)
      const present = endpoint?.status === 'enabled' ? endpoint.url : null
      const waiting = await context.store.deliveries.waitingFor(endpointId, present, BATCH)
      await Promise.all(waiting.map((delivery) => reconcileDelivery(context, delivery, endpoint)))
      if (waiting.length < BATCH) return
    }
  } catch (error) {
    context.log.warn({ endpoint: endpointId }, 'some deliveries follow their endpoint only at their next attempt', error)
  }
}
