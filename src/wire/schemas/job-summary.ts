/** Jobs counted. */
import { z } from 'zod'
import { JobStatus } from './job.ts'
import { PageParameters } from './list.ts'
import { Moment, Time } from './time.ts'

/** The query of `GET /v1/jobs/summary`. */
export const SummarizeJobs = z.strictObject({
  created_after: Moment.optional().meta({ description: 'A day ago when absent.' }),
  tenant: PageParameters.tenant,
})

/** The answer to it. */
export const JobSummary = z
  .object({
    data: z.array(
      z.object({
        tenant_id: z.string().optional().meta({ description: 'With `tenant` only.' }),
        type: z.string(),
        status: JobStatus,
        error_code: z.string().nullable().meta({ description: 'Of the failure, or of the last attempt while the job waits for its next.' }),
        count: z.int(),
      }),
    ),
    created_after: Time,
    complete: z
      .boolean()
      .meta({ description: 'False: counting stopped at the newest 100,000 jobs, or there are more groups than are shown (1,000).' }),
  })
  .meta({ id: 'JobSummary', description: 'Jobs by type, status and error code, largest group first.' })
