/** The dead-letter queue counted by destination and reason, over a bounded number of its rows. */
import type Database from 'better-sqlite3'
import type { DeadLetterFilter, DeadLetterGroup, DeadLetterSummary, ReplayCounts } from '../../../ports/deliveries.ts'
import { deadLetterList, deliveryList } from './lists.ts'
import { CREATED_RANGE, type List, PAGE_WINDOW, pageSqlOf } from './page.ts'
import { preparedOnce } from './prepared.ts'

/** Groups shown at most. */
const SUMMARY_GROUPS = 1000

/** Prepares the count for a connection. */
export function deadLetterSummarizer(db: Database.Database): (filter: DeadLetterFilter, rows: number) => DeadLetterSummary {
  const prepare = preparedOnce(db)

  return (filter, rows) => {
    const list = deadLetterList(filter)
    const { beyondSql, groupsSql } = summarySqlOf(list)
    const values = { ...list.values, createdAfter: filter.createdAfter, createdBefore: filter.createdBefore, rows }
    const groups = prepare(groupsSql).all(values) as DeadLetterGroup[]
    const all = prepare(beyondSql).get(values) === undefined && groups.length <= SUMMARY_GROUPS
    return { groups: groups.slice(0, SUMMARY_GROUPS), complete: all }
  }
}

/** The text of the count's two statements: whether there are more rows than are counted, and the groups. */
export function summarySqlOf({ from, scope, filters }: List): { beyondSql: string; groupsSql: string } {
  const looked = scope.join(' AND ')
  return {
    beyondSql: `SELECT 1 FROM ${from} WHERE ${looked} LIMIT 1 OFFSET @rows`,
    groupsSql: `
      SELECT
        tenant_id AS tenantId, substr(destination, instr(destination, ' ') + 1) AS origin, reason,
        count(*) AS count, min(created_at) AS oldestAt, max(created_at) AS newestAt
      FROM (SELECT * FROM ${from} WHERE ${looked} LIMIT @rows)
      WHERE ${[...CREATED_RANGE, ...filters].join(' AND ')}
      GROUP BY destination, reason ORDER BY count DESC, destination, reason LIMIT ${SUMMARY_GROUPS + 1}`,
  }
}

/** Nobody is left to take the delivery of an endpoint that is disabled or deleted. */
const HAS_RECEIVER = `(endpoint_id IS NULL OR EXISTS (
  SELECT 1 FROM endpoints WHERE endpoints.id = deliveries.endpoint_id AND endpoints.status = 'enabled'))`

/** Prepares the count of what a replay would move, a window of rows at a time. */
export function replayableCounter(db: Database.Database): (filter: DeadLetterFilter, before: number | null) => ReplayCounts {
  const prepare = preparedOnce(db)

  return (filter, before) => {
    const list = replayableList(filter)
    const { windowSql, countsSql } = replayableSqlOf(list)
    const { createdAfter, createdBefore } = filter
    const values = { ...list.values, createdAfter, createdBefore, before: before ?? Number.MAX_SAFE_INTEGER }
    const { looked, floor } = prepare(windowSql).get(values) as { looked: number; floor: number | null }
    if (floor === null) return { groups: [], next: null }
    const groups = prepare(countsSql).all({ ...values, floor }) as ReplayCounts['groups']
    return { groups, next: looked < PAGE_WINDOW ? null : floor }
  }
}

/** The rows that a replay of this filter looks at. */
export function replayableList(filter: DeadLetterFilter): List {
  const list = deliveryList({ ...filter, status: 'dead', limit: 0, before: null })
  return { ...list, filters: [...list.filters, HAS_RECEIVER] }
}

/** The text of its two statements: where the window ends, and the groups within. */
export function replayableSqlOf(list: List): { windowSql: string; countsSql: string } {
  const { windowSql, pageSql } = pageSqlOf(list)
  const rows = pageSql.replace(/ ORDER BY seq DESC LIMIT @limit$/, '')
  return {
    windowSql,
    countsSql: `
      SELECT substr(destination, instr(destination, ' ') + 1) AS origin, reason, count(*) AS count
      FROM (${rows}) GROUP BY origin, reason`,
  }
}
