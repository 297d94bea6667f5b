/** Job types on the wire. */
import { z } from 'zod'
import { CursorParameters } from './list.ts'

/** The query of `GET /v1/job-types`. */
export const ListJobTypes = z.strictObject({ ...CursorParameters })

/** The document of a job type. */
export const JobType = z
  .object({
    type: z.string(),
    input_schema: z.unknown().nullable().meta({ description: 'JSON Schema of the payload; null: any JSON is taken.' }),
    example: z.unknown().meta({ description: 'A payload of that shape.' }),
    timeout_seconds: z.number().meta({ description: 'Of one run; a submit may lower it.' }),
    max_attempts: z.int().meta({ description: 'A submit may lower it.' }),
    concurrency: z.int().nullable().meta({ description: 'Runs at a time in one process; null: no limit of its own.' }),
    steps: z.array(z.string()),
    isolated: z.boolean().meta({ description: 'It runs in threads of its own.' }),
    source: z.string().optional().meta({ description: 'For the operator only: the file, or the URL of the upstream.' }),
  })
  .meta({ id: 'JobType' })
