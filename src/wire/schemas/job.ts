/** Jobs on the wire: what a submit may say, and the document that answers. */
import { z } from 'zod'
import { checkHeaders } from '../../domain/callback-headers.ts'
import { JOB_EVENT_TYPES } from '../../domain/job.ts'
import { JobError, Moment, stringMap, Time, textSchema } from './common.ts'

const MAX_METADATA_PAIRS = 32
const MAX_METADATA_BYTES = 8192
const MAX_URL_LENGTH = 2048
const JOB_STATUSES = ['pending', 'running', 'completed', 'failed', 'canceled'] as const

/** Named: generators of clients make nothing good of an unnamed enum inside an array. */
const JobEventType = z.enum(JOB_EVENT_TYPES).meta({ id: 'JobEventType' })

export const CallbackUrl = z.string().max(MAX_URL_LENGTH, `Must have at most ${MAX_URL_LENGTH} characters.`)

const Metadata = stringMap('At most 32 pairs of strings, 8 KiB in all.', (pairs) => {
  const entries = Object.entries(pairs)
  const texts = entries.flat()
  if (entries.length > MAX_METADATA_PAIRS) return [{ path: [], message: `Must have at most ${MAX_METADATA_PAIRS} pairs.` }]
  if (texts.some((text) => !text.isWellFormed() || text.includes('\0'))) {
    return [{ path: [], message: 'Must be well-formed Unicode without NUL.' }]
  }
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return bytes > MAX_METADATA_BYTES ? [{ path: [], message: `Must have at most ${MAX_METADATA_BYTES} bytes in all.` }] : []
})

export const Headers = stringMap('At most 16 headers to send with every attempt. Write-only.', (headers) =>
  checkHeaders(headers).map(({ pointer, detail }) => ({
    path: pointer === '' ? [] : [pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')],
    message: `The header ${detail}.`,
  })),
)

export const SubmitJob = z
  .strictObject({
    type: textSchema(1, 128),
    payload: z
      .unknown()
      .optional()
      .meta({ description: 'Any JSON. Kept as the bytes that came in.' })
      // Its value is not looked at, and is not kept in memory.
      .transform(() => undefined),
    callback_url: CallbackUrl.nullish().meta({ description: 'The short form of `callback.url`.' }),
    callback: z
      .strictObject({
        url: CallbackUrl,
        events: z
          .array(JobEventType)
          .min(1, 'Must name at least one event.')
          .refine((events) => new Set(events).size === events.length, 'Must not name an event twice.')
          .nullish()
          .meta({ description: 'All three when absent.', uniqueItems: true }),
        headers: Headers,
      })
      .nullish(),
    run_at: Moment.nullish().meta({ description: 'Not before this time.' }),
    timeout_seconds: z.number().positive().nullish().meta({ description: 'Of one run. A value above the limit of the type is cut.' }),
    max_attempts: z.int().min(1).nullish().meta({ description: 'A value above the limit of the type is cut.' }),
    priority: z
      .int()
      .min(-100)
      .max(100)
      .nullish()
      .meta({ description: 'Higher runs first among the due jobs of its tenant. 0 when absent.' }),
    tags: z.array(textSchema(1, 64)).max(20, 'Must have at most 20 tags.').nullish(),
    metadata: Metadata,
  })
  .refine((job) => job.callback_url == null || job.callback == null, {
    path: ['callback'],
    message: 'Give callback_url or callback, not both.',
  })
  .meta({ id: 'SubmitJob' })

export const JobStatus = z.enum(JOB_STATUSES)

const Progress = z.object({
  percent: z.number().nullable(),
  stage: z.string().nullable(),
  message: z.string().nullable(),
  steps: z.array(z.object({ name: z.string(), status: z.enum(['pending', 'running', 'completed', 'failed']) })),
})

const CallbackState = z.object({
  url: z.string(),
  status: z.enum(['pending', 'delivered', 'dead', 'canceled', 'skipped']),
  attempts: z.int(),
  next_attempt_at: Time.nullable(),
  last_status: z.int().nullable(),
})

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

export const JobEvent = z
  .object({ type: JobEventType, timestamp: Time, data: Job })
  .meta({ id: 'JobEvent', description: 'The body of a callback: the job document as it was then.' })

export const ReadJob = z.strictObject({
  wait: z.string().optional().meta({
    type: 'integer',
    minimum: 0,
    description: 'Seconds to hold the answer until the job has ended, with `If-None-Match` until the ETag differs; cut to 60.',
  }),
  pending: z.enum(['202']).optional().meta({ description: 'Answer 202 instead of 200 while the job has not ended.' }),
  failed: z.enum(['500']).optional().meta({ description: 'Answer 500 instead of 200 when the job failed or was canceled.' }),
})

export const ReadResult = z.strictObject({
  pending: z
    .enum(['503'])
    .optional()
    .meta({ description: 'Answer 503 instead of 409 `not_finished`: HTTP clients that retry wait for it.' }),
})
