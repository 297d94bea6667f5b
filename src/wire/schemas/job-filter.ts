/** Which jobs: the same members in the query of the list and in the filter of a rerun. */
import { z } from 'zod'
import { JobStatus } from './job.ts'
import { CreatedRange, PageParameters } from './list.ts'
import { Moment } from './time.ts'

/** What chooses jobs. */
export const JobFilterMembers = {
  status: JobStatus.optional(),
  type: z.string().optional(),
  tag: z.string().optional(),
  error_code: z.string().optional().meta({ description: 'Code of the last failure.' }),
  overdue: z.enum(['true', 'false']).optional().meta({ description: 'Whether the job is `overdue` now.' }),
  started_before: Moment.optional().meta({ description: 'Its first run began before.' }),
  ...CreatedRange,
}

/** The query of `GET /v1/jobs`. */
export const ListJobs = z.strictObject({ ...JobFilterMembers, ...PageParameters })
