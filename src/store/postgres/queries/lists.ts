/**
 * Which rows each list looks at and which it keeps. One tenant's open and badly ended records have indexes of their own,
 * small however much has gone well since; other filters are judged on the rows looked at.
 */
import type { DeadLetterFilter, DeliveryQuery } from '../../../ports/deliveries.ts'
import type { JobQuery } from '../../../ports/jobs.ts'
import type { PageQuery } from '../../../ports/page.ts'
import type { Params } from '../../steps/step.ts'
import type { List } from './page.ts'

/** `@tag` is JSON, as it stands among the tags. */
const TAGGED = 'EXISTS (SELECT 1 FROM json_array_elements(tags::json) AS one(tag) WHERE tag::text = @tag)'
/** The code of a job's last failure; null without one. Taken without reading the texts beside it, which may hold an escaped U+0000. */
export const ERROR_CODE = `CASE WHEN error LIKE '{%}' THEN btrim((error::json -> 'code')::text, '"') END`
/** `@late`: by type, the beginning of an attempt before which a run is overdue. */
const OVERDUE = `(status = 'running' AND EXISTS (
  SELECT 1 FROM json_each_text(@late::json) AS late WHERE late.key = jobs.type AND attempt_started_at < late.value::numeric))`
/** The origin of a destination, which is its tenant and its origin. */
export const ORIGIN = `substr(destination, strpos(destination, ' ') + 1)`

type Conditions = Readonly<Record<string, string>>

/** The conditions whose value is given. */
function given(conditions: Conditions, values: Params): string[] {
  return Object.entries(conditions).flatMap(([name, condition]) => (values[name] === null ? [] : [condition]))
}

/** The list of jobs that match a query. */
export function jobList(query: Omit<JobQuery, 'limit' | 'before'>): List {
  const { tenantId, type, errorCode, overdue, startedBefore } = query
  const tag = query.tag === null ? null : JSON.stringify(query.tag)
  const late = overdue === null ? null : JSON.stringify(overdue.late)
  // Only what runs is ever overdue.
  const status = query.status ?? (overdue?.is ? 'running' : null)
  const values = { tenantId, type, tag, errorCode, startedBefore, late }
  const filters = given(
    {
      type: 'type = @type',
      tag: TAGGED,
      errorCode: `${ERROR_CODE} = @errorCode`,
      startedBefore: 'started_at < @startedBefore',
      late: overdue?.is ? OVERDUE : `NOT ${OVERDUE}`,
    },
    values,
  )
  // Texts of this code, not of the query: only a condition without a parameter finds its partial index.
  const statusIs = status === null ? [] : [`status = '${status}'`]
  // What runs is leased, and that is little: an old one is found, however many are newer.
  const isLeased = overdue?.is && status === 'running' ? ['lease IS NOT NULL'] : []
  if (tenantId === null) return { from: 'jobs', scope: isLeased, filters: [...statusIs, ...filters], values }
  const isServed = status !== null && status !== 'completed'
  const own = 'tenant_id = @tenantId'
  if (isServed) return { from: 'jobs', scope: [own, ...statusIs], filters, values }
  return { from: 'jobs', scope: [own], filters: [...statusIs, ...filters], values }
}

/** Conditions of a status as the list shows it. */
const SHOWN_STATUS = {
  pending: `status IN ('pending', 'sending')`,
  delivered: `status = 'delivered'`,
  dead: `status = 'dead'`,
  canceled: `status = 'canceled'`,
}

/** The list of deliveries that match a query. */
export function deliveryList(query: DeliveryQuery): List {
  const { tenantId, status, reason, error, jobId, event, type, destination, endedBefore = null } = query
  const values = { tenantId, reason, error, jobId, event, type, destination, endedBefore }
  const filters = given(
    {
      reason: 'reason = @reason',
      error: 'last_error = @error',
      event: '(event_id = @event OR event_type = @event)',
      type: 'job_type = @type',
      destination: `${ORIGIN} = @destination`,
      endedBefore: 'finished_at < @endedBefore',
    },
    values,
  )
  const statusIs = status === null ? [] : [SHOWN_STATUS[status]]
  if (jobId !== null) {
    const own = tenantId === null ? [] : ['tenant_id = @tenantId']
    return { from: 'deliveries', scope: ['job_id = @jobId'], filters: [...own, ...statusIs, ...filters], values }
  }
  if (tenantId === null) return { from: 'deliveries', scope: [], filters: [...statusIs, ...filters], values }
  const isServed = status !== null && status !== 'delivered'
  const own = 'tenant_id = @tenantId'
  if (isServed) return { from: 'deliveries', scope: [own, ...statusIs], filters, values }
  return { from: 'deliveries', scope: [own], filters: [...statusIs, ...filters], values }
}

/** The dead-letter queue in no order: for every tenant, too, its own index serves. */
export function deadLetterList(filter: DeadLetterFilter): List {
  const list = deliveryList({ ...filter, status: 'dead', limit: 0, before: null })
  return filter.tenantId !== null || filter.jobId !== null ? list : { ...list, scope: [SHOWN_STATUS.dead] }
}

/** The list of endpoints of one tenant, or of all. */
export function endpointList({ tenantId }: PageQuery): List {
  return { from: 'endpoints', scope: tenantId === null ? [] : ['tenant_id = @tenantId'], filters: [], values: { tenantId } }
}

/** Upstreams keep their limits and breakers beside those of destinations, as this tenant's. */
const UPSTREAMS = 'upstream'

/** Destinations in the order in which they were met. */
export function destinationList({ tenantId }: PageQuery): List {
  const scope = [tenantId === null ? `tenant_id <> '${UPSTREAMS}'` : 'tenant_id = @tenantId']
  return { from: '(SELECT *, changed_at AS created_at FROM destinations) AS met', scope, filters: [], values: { tenantId } }
}

/** The list of tenants: the one that asks, or all. */
export function tenantList({ tenantId }: PageQuery): List {
  return { from: 'tenants', scope: [], filters: tenantId === null ? [] : ['id = @tenantId'], values: { tenantId } }
}

/** The list of a tenant's API keys. */
export function apiKeyList(tenantId: string): List {
  return { from: 'api_keys', scope: ['tenant_id = @tenantId'], filters: [], values: { tenantId } }
}

/** The list of sessions of one tenant, or of all: few, because they end within a day. */
export function sessionList({ tenantId }: PageQuery): List {
  return { from: 'sessions', scope: [], filters: tenantId === null ? [] : ['tenant_id = @tenantId'], values: { tenantId } }
}

/** The audit log of one tenant's keys, or of all. */
export function auditList({ tenantId }: PageQuery): List {
  return { from: 'audit', scope: tenantId === null ? [] : ['tenant_id = @tenantId'], filters: [], values: { tenantId } }
}
