/** Job types on the wire. */
import { z } from 'zod'
import { isJobTypeName } from '../../domain/job-type-name.ts'
import { CursorParameters } from './list.ts'
import { Time } from './time.ts'

/** The query of `GET /v1/job-types`. */
export const ListJobTypes = z.strictObject({ ...CursorParameters })

/** The path parameter `{type}`. */
export const JobTypeParams = z.object({ type: z.string().refine(isJobTypeName).meta({ example: 'report.sales_summary' }) })

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
    paused_until: Time.nullable().meta({ description: 'No run begins before this time; null while it is not paused.' }),
    source: z.string().optional().meta({ description: 'For the operator only: the file, or the URL of the upstream.' }),
  })
  .meta({ id: 'JobType' })
