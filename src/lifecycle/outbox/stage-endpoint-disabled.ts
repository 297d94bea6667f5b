import type { DisabledEndpoint } from '../../domain/endpoint.ts'
import { eventBody } from '../../domain/event.ts'
import { endpointDocument } from '../../wire/endpoint-document.ts'
import type { Context } from '../process/context.ts'
import { endpointTargets } from './endpoint-targets.ts'
import { type StagedEvent, stageEvent } from './stage-event.ts'

/** The event of an endpoint's disabling, for the tenant's other endpoints that ask for it: to be committed together with the endpoint. */
export async function stageEndpointDisabled(context: Context, endpoint: DisabledEndpoint, now: number): Promise<StagedEvent> {
  const type = 'endpoint.disabled'
  const { tenantId } = endpoint
  const body = eventBody(type, now, JSON.stringify(endpointDocument(endpoint)))
  const others = (await endpointTargets(context, tenantId, type)).filter(({ endpointId }) => endpointId !== endpoint.id)
  return stageEvent(context, { id: context.ids.next('evt'), tenantId, type, jobId: null, body, createdAt: now }, null, others)
}
