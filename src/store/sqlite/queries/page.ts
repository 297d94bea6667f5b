/** One page of a list, newest first, that never looks at more than `PAGE_WINDOW` rows. */
import type Database from 'better-sqlite3'
import type { PageQuery } from '../../../ports/page.ts'
import type { RowPage } from '../../driver/queries.ts'
import { preparedOnce } from './prepared.ts'

/** Rows that one page looks at, at most. */
export const PAGE_WINDOW = 5000

/** A list as parts of SQL, of which a page is made. */
export interface List {
  /** The table, with the index that serves `scope` in the order of `seq`. */
  from: string
  /** Conditions that choose the rows that are looked at. */
  scope: readonly string[]
  /** Conditions judged on the rows looked at. */
  filters: readonly string[]
  /** Values of the conditions' `@names`. */
  values: Readonly<Record<string, string | number | null>>
}

/** The conditions of `created_after` and `created_before`. */
export const CREATED_RANGE = [
  '(@createdAfter IS NULL OR created_at > @createdAfter)',
  '(@createdBefore IS NULL OR created_at < @createdBefore)',
] as const

/** Reads pages on a connection; each text is prepared once. */
export function pageReader(db: Database.Database): <Row extends { seq: number }>(list: List, query: PageQuery) => RowPage<Row> {
  const prepare = preparedOnce(db)

  return <Row extends { seq: number }>(list: List, query: PageQuery) => {
    const { windowSql, pageSql } = pageSqlOf(list)
    const values = {
      ...list.values,
      before: query.before ?? Number.MAX_SAFE_INTEGER,
      createdAfter: query.createdAfter,
      createdBefore: query.createdBefore,
    }
    const window = prepare(windowSql).get(values) as { looked: number; floor: number | null }
    if (window.floor === null) return { rows: [], next: null }
    const rows = prepare(pageSql).all({ ...values, floor: window.floor, limit: query.limit + 1 }) as Row[]
    if (rows.length <= query.limit) return { rows, next: window.looked < PAGE_WINDOW ? null : window.floor }
    const shown = rows.slice(0, query.limit)
    return { rows: shown, next: shown.at(-1)?.seq ?? null }
  }
}

/** The text of a page's two statements: where its window ends, and the rows within. */
export function pageSqlOf({ from, scope, filters }: List): { windowSql: string; pageSql: string } {
  const looked = ['seq < @before', ...scope].join(' AND ')
  const kept = [looked, 'seq >= @floor', ...CREATED_RANGE, ...filters].join(' AND ')
  return {
    windowSql: `
      SELECT count(*) AS looked, min(seq) AS floor
      FROM (SELECT seq FROM ${from} WHERE ${looked} ORDER BY seq DESC LIMIT ${PAGE_WINDOW})`,
    pageSql: `SELECT * FROM ${from} WHERE ${kept} ORDER BY seq DESC LIMIT @limit`,
  }
}
