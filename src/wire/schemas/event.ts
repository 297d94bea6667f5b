/** Events on the wire. */
import { z } from 'zod'
import { FEED_EVENT_TYPES } from '../../domain/endpoint.ts'
import { idSchema } from './id.ts'
import { CursorParameters, PageParameters } from './list.ts'
import { Time } from './time.ts'

/** An event as the feed shows it: the body of its callbacks with its ids. */
export const FeedEvent = z
  .object({
    id: z.string().meta({ description: 'Also the `webhook-id` of its callbacks.' }),
    tenant_id: z.string().optional().meta({ description: 'With `tenant` only.' }),
    job_id: z.string().nullable(),
    type: z.string().meta({ example: 'job.completed' }),
    timestamp: Time,
    data: z.unknown().meta({ description: 'As in the callback: of a job’s end the job document as it was then.' }),
  })
  .meta({ id: 'FeedEvent' })

/** Where a reader of the feed stands. */
export const FeedAfter = z.union([idSchema('evt'), z.literal('latest')], { error: 'Must be the id of an event, or latest.' }).optional()

/** Types of events that a feed may be asked for. */
export const FeedTypes = z.array(z.enum(FEED_EVENT_TYPES, { error: `Must be a comma list of ${FEED_EVENT_TYPES.join(', ')}.` }))

const TYPES = z
  .string()
  .transform((text) => text.split(','))
  .pipe(FeedTypes)
  .optional()
  .meta({ type: 'string', description: 'Only events of these types, a comma list.', example: 'job.completed,job.failed' })

/** The query of `GET /v1/events/stream`. */
export const StreamFeed = z.strictObject({
  after: FeedAfter.meta({
    type: 'string',
    description: 'The id of the last event you have, or `latest`, which is the same as none: from now on.',
  }),
  types: TYPES,
  tenant: PageParameters.tenant,
})

/** The query of `GET /v1/events`. */
export const ReadFeed = z.strictObject({
  after: FeedAfter.meta({
    type: 'string',
    description: 'The id of the last event you have, or `latest`: from now on. Without it, from the oldest that is kept.',
  }),
  types: TYPES,
  wait: z
    .string()
    .optional()
    .meta({ type: 'integer', minimum: 0, description: 'Seconds to hold an empty answer until there is an event; cut to 60.' }),
  tenant: PageParameters.tenant,
  limit: CursorParameters.limit,
})
