/** Ended jobs that have no rerun yet, oldest first: a window of them at a time, as rows or counted. */
import type Database from 'better-sqlite3'
import type { RerunCandidate, RerunCounts, RerunPage, RerunQuery } from '../../../ports/jobs.ts'
import { ERROR_CODE, jobList } from './lists.ts'
import { CREATED_RANGE, type List, PAGE_WINDOW } from './page.ts'
import { preparedOnce } from './prepared.ts'

const ENDED_WITHOUT_RERUN = ['finished_at IS NOT NULL', 'finished_at < @endedBefore', 'rerun_id IS NULL']

interface Window {
  looked: number
  ceiling: number | null
}

/** Prepares these reads for a connection. */
export function rerunReader(db: Database.Database) {
  const prepare = preparedOnce(db)

  function windowOf(query: RerunQuery, after: number) {
    const list = rerunList(query)
    const { createdAfter, createdBefore, endedBefore } = query
    const values = { ...list.values, createdAfter, createdBefore, endedBefore, after }
    const { windowSql, rowsSql, countsSql } = rerunSqlOf(list)
    const { looked, ceiling } = prepare(windowSql).get(values) as Window
    const next = looked < PAGE_WINDOW ? null : ceiling
    return { values: { ...values, ceiling: ceiling ?? after }, next, rowsSql, countsSql }
  }

  return {
    page(query: RerunQuery, after: number, limit: number): RerunPage {
      const { values, next, rowsSql } = windowOf(query, after)
      const rows = prepare(rowsSql).all({ ...values, limit: limit + 1 }) as (RerunCandidate & { seq: number })[]
      const shown = rows.slice(0, limit)
      const found = shown.map(({ id, tenantId, type }) => ({ id, tenantId, type }))
      return { rows: found, next: rows.length > limit ? (shown.at(-1)?.seq ?? null) : next }
    },
    counts(query: RerunQuery, after: number): RerunCounts {
      const { values, next, countsSql } = windowOf(query, after)
      return { groups: prepare(countsSql).all(values) as RerunCounts['groups'], next }
    },
  }
}

/** A status or a code that only jobs ended badly have is served by their index. */
export function rerunList(query: RerunQuery): List {
  const status = query.status ?? (query.errorCode === null ? null : 'failed')
  const list = jobList({ ...query, status })
  return { ...list, filters: [...list.filters, ...ENDED_WITHOUT_RERUN] }
}

/** The text of their statements for a list of jobs. */
export function rerunSqlOf({ from, scope, filters }: List) {
  const looked = ['seq > @after', ...scope].join(' AND ')
  const kept = [looked, 'seq <= @ceiling', ...CREATED_RANGE, ...filters].join(' AND ')
  return {
    windowSql: `
      SELECT count(*) AS looked, max(seq) AS ceiling
      FROM (SELECT seq FROM ${from} WHERE ${looked} ORDER BY seq LIMIT ${PAGE_WINDOW})`,
    rowsSql: `SELECT seq, id, tenant_id AS tenantId, type FROM ${from} WHERE ${kept} ORDER BY seq LIMIT @limit`,
    countsSql: `SELECT type, ${ERROR_CODE} AS errorCode, count(*) AS count FROM ${from} WHERE ${kept} GROUP BY 1, 2`,
  }
}
