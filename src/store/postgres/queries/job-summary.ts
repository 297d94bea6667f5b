/** Jobs counted by type, status and error code, newest first, over a bounded number of rows. */
import type { JobGroup, JobSummary, JobSummaryQuery } from '../../../ports/jobs.ts'
import { addGroups, jobSummaryOf, SUMMARY_GROUPS } from '../../driver/job-groups.ts'
import { passing } from '../statements/statement.ts'
import type { Ask } from './ask.ts'
import { ERROR_CODE } from './lists.ts'
import { PAGE_WINDOW } from './page.ts'

/** Rows counted at most. */
const SUMMARY_WINDOW = 100_000

interface Window {
  looked: number
  floor: number | null
  newestAt: number | null
}

/** Creation times rise with `seq` but for a clock that was set back: a whole window that is too old ends the look. */
export async function summarizeJobs(ask: Ask, query: JobSummaryQuery): Promise<JobSummary> {
  const { tenantId, createdAfter, failures } = query
  if (failures !== null) return summarizeFailures(ask, { tenantId, createdAfter, rows: failures })
  const own = tenantId === null ? '' : 'tenant_id = @tenantId AND'
  const windowSql = passing(`
    SELECT count(*) AS looked, min(seq) AS floor, max(created_at) AS "newestAt"
    FROM (SELECT seq, created_at FROM jobs WHERE ${own} seq < @before ORDER BY seq DESC LIMIT ${PAGE_WINDOW}) AS looked_at`)
  const groupsSql = passing(`
    SELECT tenant_id AS "tenantId", type, status, ${ERROR_CODE} AS "errorCode", count(*) AS count
    FROM jobs WHERE ${own} seq < @before AND seq >= @floor AND created_at > @createdAfter GROUP BY 1, 2, 3, 4`)
  const groups = new Map<string, JobGroup>()
  let before = Number.MAX_SAFE_INTEGER
  let isWhole = false
  for (let looked = 0; looked < SUMMARY_WINDOW && !isWhole; looked += PAGE_WINDOW) {
    const window = (await ask.one<Window>(windowSql, { tenantId, before })) ?? { looked: 0, floor: null, newestAt: null }
    if (window.floor !== null && (window.newestAt ?? 0) > createdAfter) {
      addGroups(groups, await ask.all<JobGroup>(groupsSql, { tenantId, before, floor: window.floor, createdAfter }))
    }
    isWhole = window.looked < PAGE_WINDOW || (window.newestAt ?? 0) <= createdAfter
    before = window.floor ?? before
  }
  const largest = [...groups.values()].sort((a, b) => b.count - a.count)
  return jobSummaryOf(largest, isWhole)
}

interface FailuresQuery {
  tenantId: string | null
  createdAfter: number
  rows: number
}

/** The failed jobs, newest first, from an index of their own. */
async function summarizeFailures(ask: Ask, { tenantId, createdAfter, rows }: FailuresQuery): Promise<JobSummary> {
  const newest =
    tenantId === null
      ? `jobs WHERE status = 'failed' AND created_at > @createdAfter ORDER BY created_at DESC`
      : `jobs WHERE tenant_id = @tenantId AND status = 'failed' AND status IN ('failed', 'canceled') ORDER BY seq DESC`
  const values = { tenantId, createdAfter, rows }
  const groups = await ask.all<JobGroup>(
    passing(`
      SELECT tenant_id AS "tenantId", type, status, ${ERROR_CODE} AS "errorCode", count(*) AS count
      FROM (SELECT tenant_id, type, status, error, created_at FROM ${newest} LIMIT @rows) AS looked_at
      WHERE created_at > @createdAfter GROUP BY 1, 2, 3, 4 ORDER BY count DESC LIMIT ${SUMMARY_GROUPS + 1}`),
    values,
  )
  const beyond = passing(
    `SELECT 1 FROM (SELECT created_at FROM ${newest} LIMIT 1 OFFSET @rows) AS looked_at WHERE created_at > @createdAfter`,
  )
  const isWhole = (await ask.one(beyond, values)) === undefined
  return jobSummaryOf(groups, isWhole)
}
