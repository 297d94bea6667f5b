/** Refusals: RFC 9457. */
import { z } from 'zod'
import { ERROR_CODES } from '../../domain/errors.ts'
import { JobError } from './job-error.ts'

/** The document of every refusal. */
export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(ERROR_CODES),
    request_id: z.string().meta({ example: 'req_019a9e3c5d2f7a10b5c3d4e5f6071829' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'A JSON pointer into the body, `?name` of a query parameter, or the name of a header.' }),
          detail: z.string(),
        }),
      )
      .optional(),
    error: JobError.optional().meta({ description: 'With `job_failed`: the error of the job.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' })
