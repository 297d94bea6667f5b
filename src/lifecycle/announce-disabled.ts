import type { DisabledEndpoint } from '../domain/endpoint.ts'
import { endpointDocument } from '../domain/endpoint-document.ts'
import { eventBody } from '../domain/event.ts'
import { type Announcement, announce } from './announce.ts'
import { endpointTargets } from './endpoint-targets.ts'
import type { World } from './world.ts'

/** The event of an endpoint's disabling, for the tenant's other endpoints that ask for it: to be committed together with the endpoint. */
export async function announceDisabled(world: World, endpoint: DisabledEndpoint, now: number): Promise<Announcement> {
  const type = 'endpoint.disabled'
  const { tenantId } = endpoint
  const body = eventBody(type, now, JSON.stringify(endpointDocument(endpoint)))
  const others = (await endpointTargets(world, tenantId, type)).filter(({ endpointId }) => endpointId !== endpoint.id)
  return announce(world, { id: world.ids.next('evt'), tenantId, type, jobId: null, body, createdAt: now }, null, others)
}
