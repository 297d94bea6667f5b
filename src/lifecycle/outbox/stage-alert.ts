import { type AlertEventType, eventBody } from '../../domain/event.ts'
import type { Write } from '../../ports/change.ts'
import { endpointTargets } from './endpoint-targets.ts'
import { eventWrites, type OutboxContext } from './event-writes.ts'

/** What an alert tells. */
export interface Alert {
  type: AlertEventType
  tenantId: string
  /** The job it is about, with its type; null when there is none. */
  job: { id: string; type: string | null } | null
  /** The document of what it is about, as JSON text. */
  dataJson: string
  now: number
}

/** The writes of an alert: it stands in the tenant's feed and goes to the endpoints that ask for it. */
export async function stageAlert(context: OutboxContext, { type, tenantId, job, dataJson, now }: Alert): Promise<Write[]> {
  const body = eventBody(type, now, dataJson)
  const event = { id: context.ids.next('evt'), tenantId, type, jobId: job?.id ?? null, body, createdAt: now }
  return eventWrites(context, event, job?.type ?? null, await endpointTargets(context, tenantId, type))
}
