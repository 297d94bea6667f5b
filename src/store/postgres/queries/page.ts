/** One page of a list, newest first, that never looks at more than `PAGE_WINDOW` rows. */
import type { PageQuery } from '../../../ports/page.ts'
import type { RowPage } from '../../driver/queries.ts'
import type { Params } from '../../steps/step.ts'
import { passing } from '../statements/statement.ts'
import type { Ask } from './ask.ts'

/** Rows that one page looks at, at most. */
export const PAGE_WINDOW = 5000

/** A list as parts of SQL, of which a page is made. */
export interface List {
  /** The table. */
  from: string
  /** Conditions that choose the rows that are looked at; an index serves them in the order of `seq`. */
  scope: readonly string[]
  /** Conditions judged on the rows looked at. */
  filters: readonly string[]
  /** Values of the conditions' `@names`. */
  values: Params
}

/** The conditions of `created_after` and `created_before`. */
export function createdRange({ createdAfter, createdBefore }: Pick<PageQuery, 'createdAfter' | 'createdBefore'>): string[] {
  return [
    ...(createdAfter === null ? [] : ['created_at > @createdAfter']),
    ...(createdBefore === null ? [] : ['created_at < @createdBefore']),
  ]
}

/** Where the window of rows below `@before` ends. */
export function windowSql({ from, scope }: Pick<List, 'from' | 'scope'>): string {
  const looked = ['seq < @before', ...scope].join(' AND ')
  return `
    SELECT count(*) AS looked, min(seq) AS floor
    FROM (SELECT seq FROM ${from} WHERE ${looked} ORDER BY seq DESC LIMIT ${PAGE_WINDOW}) AS looked_at`
}

/** A page of the list. `select` makes the rows of another form of those of the page, which it is given as SQL. */
export async function readPage<Row extends { seq: number }>(
  ask: Ask,
  { from, scope, filters, values }: List,
  query: PageQuery,
  select: (rows: string) => string = (rows) => rows,
): Promise<RowPage<Row>> {
  const { createdAfter, createdBefore, limit } = query
  const looked = ['seq < @before', ...scope].join(' AND ')
  const kept = [looked, 'seq >= @floor', ...createdRange(query), ...filters].join(' AND ')
  const all: Params = { ...values, createdAfter, createdBefore, before: query.before ?? Number.MAX_SAFE_INTEGER, limit: limit + 1 }
  const window = await ask.one<{ looked: number; floor: number | null }>(passing(windowSql({ from, scope })), all)
  if (window === undefined || window.floor === null) return { rows: [], next: null }
  const page = select(`SELECT * FROM ${from} WHERE ${kept} ORDER BY seq DESC LIMIT @limit`)
  const rows = await ask.all<Row>(passing(`SELECT * FROM (${page}) AS page ORDER BY seq DESC`), { ...all, floor: window.floor })
  if (rows.length <= limit) return { rows, next: window.looked < PAGE_WINDOW ? null : window.floor }
  const shown = rows.slice(0, limit)
  return { rows: shown, next: shown.at(-1)?.seq ?? null }
}
