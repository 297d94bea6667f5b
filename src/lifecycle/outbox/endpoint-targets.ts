import type { EndpointEventType } from '../../domain/endpoint.ts'
import type { Context } from '../process/context.ts'
import type { Target } from './event-writes.ts'

/** The tenant's endpoints that ask for this type of event: what a disabled one misses is kept for a replay. */
export async function endpointTargets({ store }: Pick<Context, 'store'>, tenantId: string, type: EndpointEventType): Promise<Target[]> {
  const endpoints = await store.endpoints.ofTenant(tenantId)
  return endpoints
    .filter(({ events }) => events.includes(type))
    .map(({ id, url, status }) => ({ endpointId: id, url, disabled: status === 'disabled' }))
}
