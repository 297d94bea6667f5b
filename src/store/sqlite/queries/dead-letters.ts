/** The dead-letter queue counted by destination and reason, over a bounded number of its rows. */
import type Database from 'better-sqlite3'
import type { DeadLetterFilter, DeadLetterGroup, DeadLetterSummary } from '../../../ports/deliveries.ts'
import { deadLetterList } from './lists.ts'
import { CREATED_RANGE, type List } from './page.ts'
import { preparedOnce } from './prepared.ts'

/** Rows counted at most. */
const SUMMARY_WINDOW = 100_000
/** Groups shown at most. */
const SUMMARY_GROUPS = 1000

/** Prepares the count for a connection. */
export function deadLetterSummarizer(db: Database.Database): (filter: DeadLetterFilter) => DeadLetterSummary {
  const prepare = preparedOnce(db)

  return (filter) => {
    const list = deadLetterList(filter)
    const { beyondSql, groupsSql } = summarySqlOf(list)
    const values = { ...list.values, createdAfter: filter.createdAfter, createdBefore: filter.createdBefore }
    const groups = prepare(groupsSql).all(values) as DeadLetterGroup[]
    const all = prepare(beyondSql).get(values) === undefined && groups.length <= SUMMARY_GROUPS
    return { groups: groups.slice(0, SUMMARY_GROUPS), complete: all }
  }
}

/** The text of the count's two statements: whether there are more rows than are counted, and the groups. */
export function summarySqlOf({ from, scope, filters }: List): { beyondSql: string; groupsSql: string } {
  const looked = scope.join(' AND ')
  return {
    beyondSql: `SELECT 1 FROM ${from} WHERE ${looked} LIMIT 1 OFFSET ${SUMMARY_WINDOW}`,
    groupsSql: `
      SELECT
        tenant_id AS tenantId, substr(destination, instr(destination, ' ') + 1) AS origin, reason,
        count(*) AS count, min(created_at) AS oldestAt, max(created_at) AS newestAt
      FROM (SELECT * FROM ${from} WHERE ${looked} LIMIT ${SUMMARY_WINDOW})
      WHERE ${[...CREATED_RANGE, ...filters].join(' AND ')}
      GROUP BY destination, reason ORDER BY count DESC, destination, reason LIMIT ${SUMMARY_GROUPS + 1}`,
  }
}
