import type { PendingDelivery } from '../domain/delivery.ts'
import { endpointDocument } from '../domain/endpoint-document.ts'
import { Refusal } from '../domain/errors.ts'
import { eventBody } from '../domain/event.ts'
import { announce } from './announce.ts'
import { findEndpoint } from './find-endpoint.ts'
import type { Reader, World } from './world.ts'

/**
 * Sends an event of type `endpoint.test` to this endpoint alone, whatever it asks for: signed, tried and logged like any other.
 * Refuses with `not_found`, or `conflict` when it is disabled.
 */
export async function testEndpoint(world: World, reader: Reader, id: string): Promise<PendingDelivery> {
  const endpoint = await findEndpoint(world, reader, id)
  if (endpoint.status === 'disabled') throw new Refusal('conflict', 'The endpoint is disabled; enable it first.')
  const now = world.clock.now()
  const type = 'endpoint.test'
  const body = eventBody(type, now, JSON.stringify(endpointDocument(endpoint)))
  const event = { id: world.ids.next('evt'), tenantId: endpoint.tenantId, type, jobId: null, body, createdAt: now }
  const announcement = announce(world, event, null, [{ endpointId: id, url: endpoint.url, headers: {}, disabled: false }])
  await world.store.commit(announcement.writes).catch((error) => {
    announcement.abandoned()
    throw error
  })
  announcement.committed()
  const [delivery] = announcement.deliveries
  if (!delivery) throw new Error(`event ${event.id} has no delivery`)
  return delivery
}
