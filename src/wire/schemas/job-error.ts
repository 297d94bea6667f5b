/** Errors of jobs. */
import { z } from 'zod'

/** Why a job failed. */
export const JobError = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  details: z.unknown().nullable(),
  internal: z
    .object({ name: z.string(), message: z.string(), stack: z.string() })
    .optional()
    .meta({ description: 'What really happened. For keys with `admin` only, in `GET /v1/jobs` and `GET /v1/jobs/{id}`.' }),
})
