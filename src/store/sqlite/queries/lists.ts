/**
 * Which rows each list looks at and which it keeps. One tenant's open and badly ended records have indexes of their own,
 * small however much has gone well since; other filters are judged on the rows looked at.
 */
import type { DeadLetterFilter, DeliveryQuery } from '../../../ports/deliveries.ts'
import type { JobQuery } from '../../../ports/jobs.ts'
import type { PageQuery } from '../../../ports/page.ts'
import type { List } from './page.ts'

/** Each repeats its index's condition word for word: SQLite does not prove it from an equality. */
const OPEN_JOBS = { index: 'jobs_open', condition: `status = @status AND status IN ('pending', 'running')` }
const BADLY_ENDED_JOBS = { index: 'jobs_ended_badly', condition: `status = @status AND status IN ('failed', 'canceled')` }
const JOB_INDEXES = {
  pending: OPEN_JOBS,
  running: OPEN_JOBS,
  failed: BADLY_ENDED_JOBS,
  canceled: BADLY_ENDED_JOBS,
  completed: null,
}

const BADLY_ENDED_DELIVERIES = { index: 'deliveries_ended_badly', condition: `status = @status AND status IN ('dead', 'canceled')` }
const DELIVERY_INDEXES = {
  pending: { index: 'deliveries_open', condition: `status IN ('pending', 'sending')` },
  dead: BADLY_ENDED_DELIVERIES,
  canceled: BADLY_ENDED_DELIVERIES,
  delivered: null,
}

/** Tags that are no JSON any more are none: json_each would fail, and the page with it. */
const TAGGED = `EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(jobs.tags) THEN jobs.tags ELSE '[]' END) WHERE value = @tag)`
/** The code of a job's last failure; null without one, and where the column cannot be read. */
export const ERROR_CODE = `CASE WHEN json_valid(error) THEN json_extract(error, '$.code') END`
/** `@late`: by type, the beginning of an attempt before which a run is overdue. */
const OVERDUE = `(status = 'running' AND EXISTS (SELECT 1 FROM json_each(@late) WHERE key = jobs.type AND attempt_started_at < value))`

/** The list of jobs that match a query. */
export function jobList({
  tenantId,
  status: asked,
  type,
  tag,
  errorCode,
  overdue,
  startedBefore,
}: Omit<JobQuery, 'limit' | 'before'>): List {
  const filters = ['(@type IS NULL OR type = @type)']
  if (tag !== null) filters.push(TAGGED)
  if (errorCode !== null) filters.push(`${ERROR_CODE} = @errorCode`)
  if (startedBefore !== null) filters.push('started_at < @startedBefore')
  if (overdue !== null) filters.push(overdue.is ? OVERDUE : `NOT ${OVERDUE}`)
  const late = overdue === null ? null : JSON.stringify(overdue.late)
  // Only what runs is ever overdue.
  const status = asked ?? (overdue?.is ? 'running' : null)
  const values = { tenantId, status, type, tag, errorCode, startedBefore, late }

  const served = status === null ? null : JOB_INDEXES[status]
  if (tenantId !== null && served !== null) {
    return { from: `jobs INDEXED BY ${served.index}`, scope: ['tenant_id = @tenantId', served.condition], filters, values }
  }
  if (status !== null) filters.push('status = @status')
  // What runs is leased, and that is little: an old one is found, however many are newer.
  if (tenantId === null && overdue?.is && status === 'running') {
    return { from: 'jobs INDEXED BY jobs_leased', scope: ['lease IS NOT NULL'], filters, values }
  }
  if (tenantId === null) return { from: 'jobs NOT INDEXED', scope: [], filters, values }
  return { from: 'jobs INDEXED BY jobs_tenant', scope: ['tenant_id = @tenantId'], filters, values }
}

/** The list of deliveries that match a query. */
export function deliveryList({
  tenantId,
  status,
  reason,
  error,
  jobId,
  event,
  type,
  destination,
  endedBefore = null,
}: DeliveryQuery): List {
  const filters = [
    '(@reason IS NULL OR reason = @reason)',
    '(@error IS NULL OR last_error = @error)',
    '(@event IS NULL OR event_id = @event OR event_type = @event)',
    '(@type IS NULL OR job_type = @type)',
    `(@destination IS NULL OR substr(destination, instr(destination, ' ') + 1) = @destination)`,
  ]
  if (endedBefore !== null) filters.push('finished_at < @endedBefore')
  const values = { tenantId, status, reason, error, jobId, event, type, destination, endedBefore }

  const served = status === null ? null : DELIVERY_INDEXES[status]
  if (tenantId !== null && jobId === null && served !== null) {
    return { from: `deliveries INDEXED BY ${served.index}`, scope: ['tenant_id = @tenantId', served.condition], filters, values }
  }
  if (status !== null) filters.push(served?.condition ?? 'status = @status')
  if (jobId !== null) {
    filters.push('(@tenantId IS NULL OR tenant_id = @tenantId)')
    return { from: 'deliveries INDEXED BY deliveries_job', scope: ['job_id = @jobId'], filters, values }
  }
  if (tenantId === null) return { from: 'deliveries NOT INDEXED', scope: [], filters, values }
  return { from: 'deliveries INDEXED BY deliveries_tenant', scope: ['tenant_id = @tenantId'], filters, values }
}

/** The dead-letter queue in no order: for every tenant, too, its own index serves. */
export function deadLetterList(filter: DeadLetterFilter): List {
  const list = deliveryList({ ...filter, status: 'dead', limit: 0, before: null })
  if (filter.tenantId !== null || filter.jobId !== null) return list
  return { ...list, from: `deliveries INDEXED BY ${BADLY_ENDED_DELIVERIES.index}`, scope: [BADLY_ENDED_DELIVERIES.condition] }
}

/** The list of endpoints of one tenant, or of all. */
export function endpointList({ tenantId }: PageQuery): List {
  if (tenantId === null) return { from: 'endpoints NOT INDEXED', scope: [], filters: [], values: { tenantId } }
  return { from: 'endpoints INDEXED BY endpoints_tenant', scope: ['tenant_id = @tenantId'], filters: [], values: { tenantId } }
}

/** Upstreams keep their limits and breakers beside those of destinations, as this tenant's. */
const UPSTREAMS = 'upstream'

/** Destinations are never inserted at a place of another: their row ids are the order in which they were met. */
export function destinationList({ tenantId }: PageQuery): List {
  const from = '(SELECT rowid AS seq, changed_at AS created_at, * FROM destinations)'
  return { from, scope: [tenantId === null ? `tenant_id <> '${UPSTREAMS}'` : 'tenant_id = @tenantId'], filters: [], values: { tenantId } }
}

/** The list of tenants: the one that asks, or all. */
export function tenantList({ tenantId }: PageQuery): List {
  return { from: 'tenants NOT INDEXED', scope: [], filters: ['(@tenantId IS NULL OR id = @tenantId)'], values: { tenantId } }
}

/** The list of a tenant's API keys. */
export function apiKeyList(tenantId: string): List {
  return { from: 'api_keys INDEXED BY api_keys_tenant', scope: ['tenant_id = @tenantId'], filters: [], values: { tenantId } }
}

/** The list of sessions of one tenant, or of all: few, because they end within a day. */
export function sessionList({ tenantId }: PageQuery): List {
  return { from: 'sessions NOT INDEXED', scope: [], filters: ['(@tenantId IS NULL OR tenant_id = @tenantId)'], values: { tenantId } }
}

/** The audit log of one tenant's keys, or of all. */
export function auditList({ tenantId }: PageQuery): List {
  if (tenantId === null) return { from: 'audit NOT INDEXED', scope: [], filters: [], values: { tenantId } }
  return { from: 'audit INDEXED BY audit_tenant', scope: ['tenant_id = @tenantId'], filters: [], values: { tenantId } }
}
