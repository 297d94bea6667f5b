/** Jobs counted by type, status and error code, newest first, over a bounded number of rows. */
import type Database from 'better-sqlite3'
import type { JobGroup, JobSummary, JobSummaryQuery } from '../../../ports/jobs.ts'
import { addGroups, jobSummaryOf, SUMMARY_GROUPS } from '../../driver/job-groups.ts'
import { ERROR_CODE } from './lists.ts'
import { PAGE_WINDOW } from './page.ts'
import { preparedOnce } from './prepared.ts'

/** Rows counted at most. */
const SUMMARY_WINDOW = 100_000

interface Window {
  looked: number
  floor: number | null
  newestAt: number | null
}

/** Creation times rise with `seq` but for a clock that was set back: a whole window that is too old ends the look. */
export function jobSummarizer(db: Database.Database): (query: JobSummaryQuery) => JobSummary {
  const prepare = preparedOnce(db)
  const summarizeFailures = failureSummarizer(db)

  return ({ tenantId, createdAfter, failures }) => {
    if (failures !== null) return summarizeFailures({ tenantId, createdAfter, rows: failures })
    const { windowSql, groupsSql } = jobSummarySqlOf(tenantId)
    const groups = new Map<string, JobGroup>()
    let before = Number.MAX_SAFE_INTEGER
    let isWhole = false
    for (let looked = 0; looked < SUMMARY_WINDOW && !isWhole; looked += PAGE_WINDOW) {
      const window = prepare(windowSql).get({ tenantId, before }) as Window
      if (window.floor !== null && (window.newestAt ?? 0) > createdAfter) {
        const values = { tenantId, before, floor: window.floor, createdAfter }
        addGroups(groups, prepare(groupsSql).all(values) as JobGroup[])
      }
      isWhole = window.looked < PAGE_WINDOW || (window.newestAt ?? 0) <= createdAfter
      before = window.floor ?? before
    }
    const largest = [...groups.values()].sort((a, b) => b.count - a.count)
    return jobSummaryOf(largest, isWhole)
  }
}

interface FailuresQuery {
  tenantId: string | null
  createdAfter: number
  rows: number
}

/** The failed jobs, newest first, from an index of their own. */
function failureSummarizer(db: Database.Database): (query: FailuresQuery) => JobSummary {
  const prepare = preparedOnce(db)

  return ({ tenantId, createdAfter, rows }) => {
    const { beyondSql, groupsSql } = failuresSqlOf(tenantId)
    const values = { tenantId, createdAfter, rows }
    const groups = prepare(groupsSql).all(values) as JobGroup[]
    const isWhole = prepare(beyondSql).get(values) === undefined
    return jobSummaryOf(groups, isWhole)
  }
}

/** The text of the count's statements, of one tenant or of all: whether there are more than are counted, and the groups. */
export function failuresSqlOf(tenantId: string | null) {
  const rows =
    tenantId === null
      ? `jobs INDEXED BY jobs_failed
         WHERE status = 'failed' AND created_at > @createdAfter AND (@tenantId IS NULL OR 1) ORDER BY created_at DESC`
      : `jobs INDEXED BY jobs_ended_badly
         WHERE tenant_id = @tenantId AND status = 'failed' AND status IN ('failed', 'canceled') ORDER BY seq DESC`
  return {
    beyondSql: `SELECT 1 FROM (SELECT created_at FROM ${rows} LIMIT 1 OFFSET @rows) WHERE created_at > @createdAfter`,
    groupsSql: `
      SELECT tenant_id AS tenantId, type, status, ${ERROR_CODE} AS errorCode, count(*) AS count
      FROM (SELECT tenant_id, type, status, error, created_at FROM ${rows} LIMIT @rows)
      WHERE created_at > @createdAfter GROUP BY 1, 2, 3, 4 ORDER BY count DESC LIMIT ${SUMMARY_GROUPS + 1}`,
  }
}

/** The text of the count's statements, of one tenant or of all. */
export function jobSummarySqlOf(tenantId: string | null) {
  const from = tenantId === null ? 'jobs NOT INDEXED' : 'jobs INDEXED BY jobs_tenant'
  const scope = tenantId === null ? '(@tenantId IS NULL OR 1)' : 'tenant_id = @tenantId'
  return {
    windowSql: `
      SELECT count(*) AS looked, min(seq) AS floor, max(created_at) AS newestAt
      FROM (SELECT seq, created_at FROM ${from} WHERE ${scope} AND seq < @before ORDER BY seq DESC LIMIT ${PAGE_WINDOW})`,
    groupsSql: `
      SELECT tenant_id AS tenantId, type, status, ${ERROR_CODE} AS errorCode, count(*) AS count
      FROM ${from} WHERE ${scope} AND seq < @before AND seq >= @floor AND created_at > @createdAfter GROUP BY 1, 2, 3, 4`,
  }
}
