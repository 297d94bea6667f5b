/** A row of `job_groups` and the domain's group. */
import type { Group } from '../../domain/group.ts'
import type { JobGroupRow } from '../tables/job-groups.ts'

/** The group of a row. The columns are not checked. */
export function parseGroup(row: JobGroupRow): Group {
  return {
    tenantId: row.tenant_id,
    name: row.name,
    createdAt: row.created_at,
    closedAt: row.closed_at,
    completedAt: row.completed_at,
    open: row.open_jobs,
    ended: { completed: row.completed_jobs, failed: row.failed_jobs, canceled: row.canceled_jobs },
  }
}
