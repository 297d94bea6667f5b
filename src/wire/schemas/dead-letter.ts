/** The dead-letter queue on the wire. */
import { z } from 'zod'
import { bulkChoice } from './bulk-choice.ts'
import { DeliveryFilter, DeliveryReason } from './delivery.ts'
import { PageParameters } from './list.ts'
import { Moment, Time } from './time.ts'

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
export const ReplayDeadLetters = bulkChoice(DeadLetterFilter, {
  dry_run: z.boolean().optional().meta({ description: 'Count, and change nothing.' }),
  as_of: Moment.optional().meta({ description: 'Only what died before: the `as_of` of the count. No bound when absent.' }),
  expect: z.int().min(0).optional().meta({ description: 'As many were counted: when more would move, 409 and nothing moves.' }),
}).meta({
  id: 'ReplayDeadLetters',
  description: 'The members of `filter` are the query parameters of `GET /v1/dead-letters`.',
})

/** The answer to it. */
export const ReplayedDeadLetters = z
  .object({
    replayed: z.int().meta({ description: 'So many are pending again, moved by this request.' }),
    skipped: z
      .int()
      .meta({ description: 'So many fit and were not moved: their endpoint is disabled or gone, or another request was first.' }),
    has_more: z.boolean().meta({ description: 'It stopped before the end, after 100,000 at the latest: ask again.' }),
  })
  .meta({ id: 'ReplayedDeadLetters' })

/** The answer to it with `dry_run`. */
export const ReplayPreview = z
  .object({
    would_replay: z.int(),
    by: z
      .array(z.object({ destination: z.string(), reason: DeliveryReason, count: z.int() }))
      .meta({ description: 'At most 1,000 groups, the largest first.' }),
    as_of: Time,
  })
  .meta({ id: 'ReplayPreview' })
