/** The dead-letter queue counted by destination and reason, over a bounded number of its rows. */
import type { DeadLetterFilter, DeadLetterGroup, DeadLetterSummary, ReplayCounts } from '../../../ports/deliveries.ts'
import { passing } from '../statements/statement.ts'
import type { Ask } from './ask.ts'
import { deadLetterList, deliveryList, ORIGIN } from './lists.ts'
import { createdRange, PAGE_WINDOW, windowSql } from './page.ts'

/** Groups shown at most. */
const SUMMARY_GROUPS = 1000

/** The count of what the filter keeps. */
export async function summarizeDeadLetters(ask: Ask, filter: DeadLetterFilter, rows: number): Promise<DeadLetterSummary> {
  const { from, scope, filters, values: own } = deadLetterList(filter)
  const values = { ...own, createdAfter: filter.createdAfter, createdBefore: filter.createdBefore, rows }
  const looked = scope.join(' AND ')
  const kept = [...createdRange(filter), ...filters]
  const groups = await ask.all<DeadLetterGroup>(
    passing(`
      SELECT
        tenant_id AS "tenantId", ${ORIGIN} AS origin, reason,
        count(*) AS count, min(created_at) AS "oldestAt", max(created_at) AS "newestAt"
      FROM (SELECT * FROM ${from} WHERE ${looked} LIMIT @rows) AS looked_at
      ${kept.length === 0 ? '' : `WHERE ${kept.join(' AND ')}`}
      GROUP BY tenant_id, destination, reason ORDER BY count DESC, destination, reason LIMIT ${SUMMARY_GROUPS + 1}`),
    values,
  )
  const beyond = await ask.one(passing(`SELECT 1 FROM ${from} WHERE ${looked} LIMIT 1 OFFSET @rows`), values)
  return { groups: groups.slice(0, SUMMARY_GROUPS), complete: beyond === undefined && groups.length <= SUMMARY_GROUPS }
}

/** Nobody is left to take the delivery of an endpoint that is disabled or deleted. */
const HAS_RECEIVER = `(endpoint_id IS NULL OR EXISTS (
  SELECT 1 FROM endpoints WHERE endpoints.id = deliveries.endpoint_id AND endpoints.status = 'enabled'))`

/** What a replay would move, a window of rows at a time. */
export async function countReplayable(ask: Ask, filter: DeadLetterFilter, before: number | null): Promise<ReplayCounts> {
  const list = deliveryList({ ...filter, status: 'dead', limit: 0, before: null })
  const { createdAfter, createdBefore } = filter
  const values = { ...list.values, createdAfter, createdBefore, before: before ?? Number.MAX_SAFE_INTEGER }
  const window = await ask.one<{ looked: number; floor: number | null }>(passing(windowSql(list)), values)
  if (window === undefined || window.floor === null) return { groups: [], next: null }
  const kept = ['seq < @before', 'seq >= @floor', ...list.scope, ...createdRange(filter), ...list.filters, HAS_RECEIVER]
  const groups = await ask.all<ReplayCounts['groups'][number]>(
    passing(`SELECT ${ORIGIN} AS origin, reason, count(*) AS count FROM ${list.from} WHERE ${kept.join(' AND ')} GROUP BY 1, 2`),
    { ...values, floor: window.floor },
  )
  return { groups, next: window.looked < PAGE_WINDOW ? null : window.floor }
}
