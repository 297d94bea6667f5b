/** Retries of waiting deliveries. */
import { z } from 'zod'
import { bulkChoice } from './bulk-choice.ts'
import { DeliveryFilter } from './delivery.ts'

/** The body of `POST /v1/deliveries/retry`. It takes a `status`, so that a filter that works for deliveries works here. */
export const RetryDeliveries = bulkChoice({ status: z.literal('pending').optional(), ...DeliveryFilter }, {}).meta({
  id: 'RetryDeliveries',
  description: 'The members of `filter` are the query parameters of `GET /v1/deliveries`.',
})

/** The answer to it. */
export const RetriedDeliveries = z
  .object({
    retried: z.int().meta({ description: 'So many that waited for a later time are due now, moved by this request.' }),
    has_more: z.boolean().meta({ description: 'It stopped before the end, after 100,000 at the latest: ask again.' }),
  })
  .meta({ id: 'RetriedDeliveries' })
