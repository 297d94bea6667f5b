import type { EndpointEventType } from '../domain/endpoint.ts'
import type { Target } from './announce.ts'
import type { World } from './world.ts'

/** The tenant's enabled endpoints that ask for this type of event. */
export async function endpointTargets(world: World, tenantId: string, type: EndpointEventType): Promise<Target[]> {
  const endpoints = await world.store.enabledEndpoints(tenantId)
  return endpoints.filter(({ events }) => events.includes(type)).map(({ id, url }) => ({ endpointId: id, url, headers: {} }))
}
