import type { DisabledEndpoint } from '../../domain/endpoint.ts'
import { eventBody } from '../../domain/event.ts'
import type { Write } from '../../ports/change.ts'
import { endpointDocument } from '../../wire/documents/endpoint.ts'
import { endpointTargets } from './endpoint-targets.ts'
import type { OutboxContext } from './event-writes.ts'
import { stageEvent } from './stage-event.ts'

/**
 * The writes of the event `endpoint.disabled`, which goes to the tenant's other endpoints that ask for it. They are committed together
 * with the endpoint.
 */
export async function stageEndpointDisabled(context: OutboxContext, endpoint: DisabledEndpoint, now: number): Promise<Write[]> {
  const type = 'endpoint.disabled'
  const { tenantId } = endpoint
  const body = eventBody(type, now, JSON.stringify(endpointDocument(endpoint)))
  const others = (await endpointTargets(context, tenantId, type)).filter(({ endpointId }) => endpointId !== endpoint.id)
  return stageEvent(context, { id: context.ids.next('evt'), tenantId, type, jobId: null, body, createdAt: now }, null, others)
}
