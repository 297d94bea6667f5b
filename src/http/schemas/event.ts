/** Events on the wire. */
import { z } from '@hono/zod-openapi'
import { CursorParameters, idSchema, PageParameters, Time } from './common.ts'

export const FeedEvent = z
  .object({
    id: z.string().openapi({ description: 'Also the `webhook-id` of its callbacks.' }),
    tenant_id: z.string().optional().openapi({ description: 'With `tenant` only.' }),
    job_id: z.string().nullable(),
    type: z.string().openapi({ example: 'job.completed' }),
    timestamp: Time,
    data: z.unknown().openapi({ description: 'As in the callback: of a job’s end the job document as it was then.' }),
  })
  .openapi('FeedEvent')

export const ReadFeed = z.strictObject({
  after: idSchema('evt')
    .optional()
    .openapi({ description: 'The id of the last event you have; without it, from the oldest that is kept.' }),
  tenant: PageParameters.tenant,
  limit: CursorParameters.limit,
})
