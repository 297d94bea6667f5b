/** What a submit may say. */
import { z } from 'zod'
import { CallbackHeaders, CallbackUrl } from './callback.ts'
import { GroupName } from './group.ts'
import { JobEventType } from './job.ts'
import { stringMap, textSchema } from './text.ts'
import { Moment } from './time.ts'

const MAX_METADATA_PAIRS = 32
const MAX_METADATA_BYTES = 8192

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

/** The body of `POST /v1/jobs`. */
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
        headers: CallbackHeaders,
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
    group: GroupName.nullish().meta({
      description: 'Jobs of one name are counted together; closed, the group has an event when all have ended.',
    }),
  })
  .refine((job) => job.callback_url == null || job.callback == null, {
    path: ['callback'],
    message: 'Give callback_url or callback, not both.',
  })
  .meta({ id: 'SubmitJob' })
