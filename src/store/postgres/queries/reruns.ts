/** Ended jobs that have no rerun yet, oldest first: a window of them at a time, as rows or counted. */
import type { RerunCandidate, RerunCounts, RerunPage, RerunQuery } from '../../../ports/jobs.ts'
import { passing } from '../statements/statement.ts'
import type { Ask } from './ask.ts'
import { ERROR_CODE, jobList } from './lists.ts'
import { createdRange, type List, PAGE_WINDOW } from './page.ts'

const ENDED_WITHOUT_RERUN = ['finished_at IS NOT NULL', 'finished_at < @endedBefore', 'rerun_id IS NULL']

/** These reads over connections. */
export function rerunReads(ask: Ask) {
  async function windowOf(query: RerunQuery, after: number) {
    const { from, scope, filters, values: own } = rerunList(query)
    const { createdAfter, createdBefore, endedBefore } = query
    const values = { ...own, createdAfter, createdBefore, endedBefore, after }
    const inScope = ['seq > @after', ...scope].join(' AND ')
    const found = await ask.one<{ looked: number; ceiling: number | null }>(
      passing(`
        SELECT count(*) AS looked, max(seq) AS ceiling
        FROM (SELECT seq FROM ${from} WHERE ${inScope} ORDER BY seq LIMIT ${PAGE_WINDOW}) AS looked_at`),
      values,
    )
    const ceiling = found?.ceiling ?? null
    const kept = [inScope, 'seq <= @ceiling', ...createdRange(query), ...filters].join(' AND ')
    const next = (found?.looked ?? 0) < PAGE_WINDOW ? null : ceiling
    return { values: { ...values, ceiling: ceiling ?? after }, next, from: `${from} WHERE ${kept}` }
  }

  return {
    async page(query: RerunQuery, after: number, limit: number): Promise<RerunPage> {
      const { values, next, from } = await windowOf(query, after)
      const rows = await ask.all<{ seq: number; id: string; tenant_id: string; type: string }>(
        passing(`SELECT seq, id, tenant_id, type FROM ${from} ORDER BY seq LIMIT @limit`),
        { ...values, limit: limit + 1 },
      )
      const shown = rows.slice(0, limit)
      const found = shown.map(({ id, tenant_id, type }): RerunCandidate => ({ id, tenantId: tenant_id, type }))
      return { rows: found, next: rows.length > limit ? (shown.at(-1)?.seq ?? null) : next }
    },
    async counts(query: RerunQuery, after: number): Promise<RerunCounts> {
      const { values, next, from } = await windowOf(query, after)
      const sql = `SELECT type, ${ERROR_CODE} AS "errorCode", count(*) AS count FROM ${from} GROUP BY 1, 2`
      return { groups: await ask.all(passing(sql), values), next }
    },
  }
}

/** A status or a code that only jobs ended badly have is served by their index. */
function rerunList(query: RerunQuery): List {
  const status = query.status ?? (query.errorCode === null ? null : 'failed')
  const list = jobList({ ...query, status })
  return { ...list, filters: [...list.filters, ...ENDED_WITHOUT_RERUN] }
}
