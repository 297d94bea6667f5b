/** The dead-letter queue counted by destination and reason, over a bounded number of its rows. */
import type { DeadLetterFilter, DeadLetterGroup, DeadLetterSummary } from '../../../ports/deliveries.ts'
import { passing } from '../statements/statement.ts'
import type { Ask } from './ask.ts'
import { deadLetterList, ORIGIN } from './lists.ts'
import { createdRange } from './page.ts'

/** Rows counted at most. */
const SUMMARY_WINDOW = 100_000
/** Groups shown at most. */
const SUMMARY_GROUPS = 1000

/** The count of what the filter keeps. */
export async function summarizeDeadLetters(ask: Ask, filter: DeadLetterFilter): Promise<DeadLetterSummary> {
  const { from, scope, filters, values: own } = deadLetterList(filter)
  const values = { ...own, createdAfter: filter.createdAfter, createdBefore: filter.createdBefore }
  const looked = scope.join(' AND ')
  const kept = [...createdRange(filter), ...filters]
  const groups = await ask.all<DeadLetterGroup>(
    passing(`
      SELECT
        tenant_id AS "tenantId", ${ORIGIN} AS origin, reason,
        count(*) AS count, min(created_at) AS "oldestAt", max(created_at) AS "newestAt"
      FROM (SELECT * FROM ${from} WHERE ${looked} LIMIT ${SUMMARY_WINDOW}) AS looked_at
      ${kept.length === 0 ? '' : `WHERE ${kept.join(' AND ')}`}
      GROUP BY tenant_id, destination, reason ORDER BY count DESC, destination, reason LIMIT ${SUMMARY_GROUPS + 1}`),
    values,
  )
  const beyond = await ask.one(passing(`SELECT 1 FROM ${from} WHERE ${looked} LIMIT 1 OFFSET ${SUMMARY_WINDOW}`), values)
  return { groups: groups.slice(0, SUMMARY_GROUPS), complete: beyond === undefined && groups.length <= SUMMARY_GROUPS }
}
