import { type Explanation, explainDelivery as explained } from '../../domain/explain.ts'
import { findDelivery } from '../access/find-delivery.ts'
import type { Context, Reader } from '../process/context.ts'
import { readDestination } from './read-destinations.ts'

type ExplainContext = Pick<Context, 'store' | 'destinations' | 'localQueues' | 'outgoing' | 'activeTenants' | 'settings' | 'clock'>

/** Why a delivery has not arrived and when the next try comes. Refuses with `not_found`. */
export async function explainDelivery(context: ExplainContext, reader: Reader, id: string): Promise<Explanation> {
  const { store, outgoing, activeTenants, settings } = context
  const delivery = await findDelivery(context, reader, id)
  const { tenantId, endpointId } = delivery
  const [destination, endpoint] = await Promise.all([
    context.destinations.get(delivery.destination),
    endpointId === null ? null : store.endpoints.find(endpointId),
  ])
  const { inFlight } = await readDestination(context, destination)
  return explained(delivery, {
    destination,
    endpoint,
    inFlight,
    isSending: outgoing.isSending(id),
    slots: {
      all: settings.callback.concurrency,
      used: outgoing.count(),
      own: outgoing.countOfTenant(tenantId),
      shared: activeTenants.hasOther(tenantId),
    },
    now: context.clock.now(),
  })
}
