import type { Delivery, PendingDelivery, SendingDelivery } from '../domain/delivery.ts'
import { type Endpoint, followEndpoint as followed } from '../domain/endpoint.ts'
import { moveDelivery } from './move-delivery.ts'
import { persist } from './persist.ts'
import type { World } from './world.ts'

/** Deliveries decided and posted together. */
const BATCH = 500

/**
 * Makes of an open delivery what its endpoint asks for now: canceled when that is deleted (null), dead when it is disabled, in
 * the lane of its present URL otherwise. False: nothing is to be done, it may go out as it is.
 */
export async function followEndpoint(
  world: World,
  delivery: PendingDelivery | SendingDelivery,
  endpoint: Endpoint | null,
): Promise<boolean> {
  const now = world.clock.now()
  const next = followed(delivery, endpoint, now)
  if (next === delivery) return false
  // Losing means that somebody else has taken it: they will see what the endpoint is now.
  if (!(await persist(world, moveDelivery(next, now)))) return true
  tellFollowed(world, next)
  if (next.status === 'pending') {
    world.handover.deliveries.stored(next.destination, next.dueAt)
    world.queue.wake('delivery', next.destination, next.dueAt)
  }
  world.waiters.notify(next.jobId)
  return true
}

/** The log's line of a delivery that has become what its endpoint is, or was made as such. */
export function tellFollowed(world: World, delivery: Delivery): void {
  const { id, eventId, jobId, tenantId, endpointId, status, destination } = delivery
  const reason = delivery.status === 'dead' || delivery.status === 'canceled' ? delivery.reason : null
  world.log.info(
    { delivery: id, event: eventId, job: jobId, tenant: tenantId, endpoint: endpointId, destination, status, reason },
    'delivery follows its endpoint',
  )
}

/**
 * The same for every delivery that waits for a changed or deleted endpoint. Never rejects: what it does not reach (in flight, held
 * in memory, or the store takes no more now) follows at its own next try.
 */
export async function followWaiting(world: World, endpointId: string): Promise<void> {
  try {
    for (;;) {
      const endpoint = await world.store.endpoint(endpointId)
      const present = endpoint?.status === 'enabled' ? endpoint.url : null
      const waiting = await world.store.waitingDeliveries(endpointId, present, BATCH)
      await Promise.all(waiting.map((delivery) => followEndpoint(world, delivery, endpoint)))
      if (waiting.length < BATCH) return
    }
  } catch (error) {
    world.log.warn({ endpoint: endpointId, error: String(error) }, 'some deliveries follow their endpoint only at their next try')
  }
}
