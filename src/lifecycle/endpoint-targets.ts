import type { EndpointEventType } from '../domain/endpoint.ts'
import type { Target } from './announce.ts'
import type { World } from './world.ts'

/** The tenant's endpoints that ask for this type of event: what a disabled one misses is kept for a replay. */
export async function endpointTargets(world: World, tenantId: string, type: EndpointEventType): Promise<Target[]> {
  const endpoints = await world.store.endpointsOf(tenantId)
  return endpoints
    .filter(({ events }) => events.includes(type))
    .map(({ id, url, status }) => ({ endpointId: id, url, headers: {}, disabled: status === 'disabled' }))
}
