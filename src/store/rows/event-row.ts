/** A row of `events` and the domain's event. */
import { type Event, eventBody } from '../../domain/event.ts'
import type { EventRow } from '../tables/deliveries.ts'
import { isWhole, plainBytes } from './column.ts'

/** The database gives `seq`. */
export function eventRow(event: Event): Omit<EventRow, 'seq'> {
  return {
    id: event.id,
    tenant_id: event.tenantId,
    type: event.type,
    job_id: event.jobId,
    body: event.body,
    created_at: event.createdAt,
  }
}

/** An event whose body are no bytes any more is shown without its data. */
export function readEvent(row: EventRow): Event {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    type: row.type,
    jobId: row.job_id,
    body: row.body instanceof Uint8Array ? plainBytes(row.body) : eventBody(row.type, isWhole(row.created_at) ? row.created_at : 0, 'null'),
    createdAt: row.created_at,
  }
}
