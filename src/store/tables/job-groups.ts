import { column, index, nullable, type RowOf, table } from './column.ts'

/** Jobs that were submitted as one group, counted: how many are open, and how the others ended. */
export const job_groups = table(
  'job_groups',
  {
    tenant_id: column('text'),
    name: column('text'),
    created_at: column('time'),
    /** Of the last submit, end or close. */
    changed_at: column('time'),
    closed_at: nullable(column('time')),
    completed_at: nullable(column('time')),
    open_jobs: column('integer'),
    completed_jobs: column('integer'),
    failed_jobs: column('integer'),
    canceled_jobs: column('integer'),
  },
  [index('job_groups_changed', ['changed_at'])],
  ['tenant_id', 'name'],
)

/** A row of `job_groups`. */
export type JobGroupRow = RowOf<typeof job_groups>
