/** Jobs on the wire. */
import { z } from 'zod'
import { SHOWN_DELIVERY_STATUSES } from '../../domain/delivery.ts'
import { JOB_EVENT_TYPES, JOB_STATUSES } from '../../domain/job.ts'
import { STEP_STATUSES } from '../../domain/progress.ts'
import { JobError } from './job-error.ts'
import { Time } from './time.ts'

/** Has a name, because generators of clients make nothing good of an unnamed enum inside an array. */
export const JobEventType = z.enum(JOB_EVENT_TYPES).meta({ id: 'JobEventType' })

/** Where a job is in its life. */
export const JobStatus = z.enum(JOB_STATUSES)

const Progress = z.object({
  percent: z.number().nullable(),
  stage: z.string().nullable(),
  message: z.string().nullable(),
  steps: z.array(z.object({ name: z.string(), status: z.enum(STEP_STATUSES) })),
})

const CallbackState = z.object({
  url: z.string(),
  status: z.enum([...SHOWN_DELIVERY_STATUSES, 'skipped']),
  attempts: z.int(),
  next_attempt_at: Time.nullable(),
  last_status: z.int().nullable(),
})

/** The job document. */
export const Job = z
  .object({
    id: z.string(),
    tenant_id: z.string().optional().meta({ description: 'In lists with `tenant` only.' }),
    type: z.string(),
    status: JobStatus,
    status_url: z.string().meta({ format: 'uri' }),
    result_url: z.string().meta({ format: 'uri' }),
    cancel_url: z.string().meta({ format: 'uri' }),
    created_at: Time,
    run_at: Time.nullable(),
    started_at: Time.nullable().meta({ description: 'Of the first run.' }),
    finished_at: Time.nullable(),
    expires_at: Time.nullable().meta({ description: 'From then on reads answer 410.' }),
    attempt: z.int(),
    max_attempts: z.int(),
    next_attempt_at: Time.nullable(),
    cancel_requested: z.boolean(),
    overdue: z.boolean(),
    progress: Progress.nullable(),
    estimated_completion_at: Time.nullable(),
    queue_position: z.int().nullable().meta({ description: 'Exact to 100, null beyond.' }),
    result: z.unknown().nullable().meta({ description: 'A JSON result of at most 64 KiB; `result_url` has every result.' }),
    error: JobError.nullable(),
    result_type: z.string().nullable().meta({ description: 'Media type of the result that `result_url` has.' }),
    result_bytes: z.int().nullable().meta({ description: 'Its size.' }),
    callback: CallbackState.nullable(),
    rerun_of: z.string().nullable().meta({ description: 'The job that this one does once more.' }),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Job' })

/** The body of the callback about a job. */
export const JobEvent = z
  .object({ type: JobEventType, timestamp: Time, data: Job })
  .meta({ id: 'JobEvent', description: 'The body of a callback: the job document as it was then.' })

/** The query of `GET /v1/jobs/{id}`. */
export const ReadJob = z.strictObject({
  wait: z.string().optional().meta({
    type: 'integer',
    minimum: 0,
    description: 'Seconds to hold the answer until the job has ended, with `If-None-Match` until the ETag differs; cut to 60.',
  }),
  pending: z.enum(['202']).optional().meta({ description: 'Answer 202 instead of 200 while the job has not ended.' }),
  failed: z.enum(['500']).optional().meta({ description: 'Answer 500 instead of 200 when the job failed or was canceled.' }),
})

/** The query of `GET /v1/jobs/{id}/result`. */
export const ReadResult = z.strictObject({
  pending: z
    .enum(['503'])
    .optional()
    .meta({ description: 'Answer 503 instead of 409 `not_finished`: HTTP clients that retry wait for it.' }),
})
