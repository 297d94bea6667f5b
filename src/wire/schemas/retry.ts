/** Retrying what waits, on the wire. */
import { z } from 'zod'
import { bulkChoice } from './bulk-choice.ts'
import { DeliveryFilter } from './delivery.ts'

/** They are all pending; a filter that works for deliveries works here. */
export const RetryDeliveries = bulkChoice({ status: z.literal('pending').optional(), ...DeliveryFilter }).meta({
  id: 'RetryDeliveries',
  description: 'The members of `filter` are the query parameters of `GET /v1/deliveries`.',
})

export const RetriedDeliveries = z
  .object({
    retried: z.int().meta({ description: 'So many that waited for a later time are due now, moved by this request.' }),
    has_more: z.boolean().meta({ description: 'It stopped before the end, after 100,000 at the latest: ask again.' }),
  })
  .meta({ id: 'RetriedDeliveries' })
