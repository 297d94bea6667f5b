/** The dead-letter queue on the wire. */
import { z } from 'zod'
import { bulkChoice } from './bulk-choice.ts'
import { DeliveryFilter, DeliveryReason } from './delivery.ts'
import { PageParameters } from './list.ts'
import { Time } from './time.ts'

/** It takes a `status`, so that a filter that works for deliveries works here. */
const DeadLetterFilter = { status: z.literal('dead').optional(), ...DeliveryFilter }

/** The query of `GET /v1/dead-letters`. */
export const ListDeadLetters = z.strictObject({ ...DeadLetterFilter, ...PageParameters })

/** The query of `GET /v1/dead-letters/summary`. */
export const SummarizeDeadLetters = z.strictObject({ ...DeadLetterFilter, tenant: PageParameters.tenant })

/** The answer to it. */
export const DeadLetterSummary = z
  .object({
    data: z.array(
      z.object({
        tenant_id: z.string().optional().meta({ description: 'With `tenant` only.' }),
        destination: z.string().meta({ description: 'A URL origin.', example: 'https://partner.example' }),
        reason: DeliveryReason,
        count: z.int(),
        oldest_at: Time.meta({ description: '`created_at` of the oldest of these deliveries.' }),
        newest_at: Time,
      }),
    ),
    complete: z.boolean().meta({ description: 'False: there are more than are counted (100,000) or more groups than are shown (1,000).' }),
  })
  .meta({ id: 'DeadLetterSummary', description: 'The dead letters by destination and reason, largest group first.' })

/** The body of `POST /v1/dead-letters/replay`. */
export const ReplayDeadLetters = bulkChoice(DeadLetterFilter).meta({
  id: 'ReplayDeadLetters',
  description: 'The members of `filter` are the query parameters of `GET /v1/dead-letters`.',
})

/** The answer to it. */
export const ReplayedDeadLetters = z
  .object({
    replayed: z.int().meta({ description: 'So many are pending again, moved by this request.' }),
    has_more: z.boolean().meta({ description: 'It stopped before the end, after 100,000 at the latest: ask again.' }),
  })
  .meta({ id: 'ReplayedDeadLetters' })
