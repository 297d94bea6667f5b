/** Destinations on the wire. */
import { z } from '@hono/zod-openapi'
import { COUNTED_WAITING } from '../../domain/destination.ts'
import { PageParameters, Time } from './common.ts'

const BreakerState = z.enum(['closed', 'open', 'half_open']).openapi('BreakerState')

export const Destination = z
  .object({
    tenant_id: z.string().optional().openapi({ description: 'With `tenant` only.' }),
    destination: z.string().openapi({ description: 'A URL origin.', example: 'https://partner.example' }),
    limit: z.int().openapi({ description: 'Requests that may be in flight at present.' }),
    in_flight: z.int(),
    waiting: z.int().openapi({ description: `Deliveries that wait for a try, now or later; counted to ${COUNTED_WAITING}.` }),
    breaker: z.object({
      state: BreakerState.openapi({ description: '`half_open`: its pause is over, and one probe at a time goes out.' }),
      since: Time.nullable().openapi({ description: 'When it opened; null while it is closed.' }),
      probe_at: Time.nullable().openapi({ description: 'The next probe goes out from then on; null while it is closed.' }),
    }),
    paused_until: Time.nullable(),
  })
  .openapi('Destination')

export const ListDestinations = z.strictObject({
  tenant: PageParameters.tenant,
  limit: PageParameters.limit,
  cursor: PageParameters.cursor,
})
