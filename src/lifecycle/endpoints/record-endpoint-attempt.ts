import type { SendOutcome } from '../../domain/attempt.ts'
import type { Delivery } from '../../domain/delivery.ts'
import { afterEndpointAttempt, classifyEndpointAttempt, type Endpoint } from '../../domain/endpoint.ts'
import { retrying } from '../commit/retrying.ts'
import { reconcileWaiting } from '../outbox/reconcile-delivery.ts'
import type { Context } from '../process/context.ts'
import { storeEndpoint } from './store-endpoint.ts'

/**
 * Takes an attempt of an endpoint's delivery into account: it may disable the endpoint, which its waiting deliveries follow. Answers
 * the endpoint as it is now, null when it is deleted. What its former URL answered says nothing of the present one.
 */
export function recordEndpointAttempt(context: Context, id: string, { url }: Delivery, outcome: SendOutcome): Promise<Endpoint | null> {
  return retrying(`endpoint ${id}`, async () => {
    const before = await context.store.endpoints.find(id)
    if (before?.url !== url) return before
    const now = context.clock.now()
    const after = afterEndpointAttempt(before, classifyEndpointAttempt(outcome.status), now)
    if (after === before) return before
    if (!(await storeEndpoint(context, before, after, now))) return 'lost'
    if (after.status === 'disabled') await reconcileWaiting(context, id)
    return after
  })
}
