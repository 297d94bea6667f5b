/** Destinations on the wire. */
import { z } from 'zod'
import { COUNTED_WAITING } from '../../domain/destination.ts'
import { originOf } from './delivery.ts'
import { PageParameters } from './list.ts'
import { Time } from './time.ts'

const BreakerState = z
  .enum(['closed', 'open', 'half_open'])
  .meta({ id: 'BreakerState', description: '`half_open`: its pause is over, and one probe at a time goes out.' })

/** The destination document. */
export const Destination = z
  .object({
    tenant_id: z.string().optional().meta({ description: 'With `tenant` only.' }),
    destination: z.string().meta({ description: 'A URL origin.', example: 'https://partner.example' }),
    limit: z.int().meta({ description: 'Requests that may be in flight at present.' }),
    in_flight: z.int(),
    waiting: z.int().meta({ description: `Deliveries that wait for a try, now or later; counted to ${COUNTED_WAITING}.` }),
    breaker: z.object({
      state: BreakerState,
      since: Time.nullable().meta({ description: 'When it opened; null while it is closed.' }),
      probe_at: Time.nullable().meta({ description: 'The next probe goes out from then on; null while it is closed.' }),
    }),
    paused_until: Time.nullable().meta({ description: 'No try begins before this time; null while it is not paused.' }),
  })
  .meta({ id: 'Destination' })

/** The query of `GET /v1/destinations`. */
export const ListDestinations = z.strictObject({
  tenant: PageParameters.tenant,
  limit: PageParameters.limit,
  cursor: PageParameters.cursor,
})

/** The body of `POST /v1/destinations/pause` and `…/resume`. */
export const ChosenDestination = z
  .strictObject({
    destination: z
      .string()
      .max(2048, 'Must have at most 2048 characters.')
      .refine((text) => originOf(text) !== null, 'Must be an http:// or https:// origin.')
      .meta({ description: 'A URL origin.', example: 'https://partner.example' }),
  })
  .meta({ id: 'ChosenDestination' })
