/** Why a delivery is where it is, on the wire. */
import { z } from 'zod'
import { SHOWN_DELIVERY_STATUSES } from '../../domain/delivery.ts'
import { EXPLAIN_CODES } from '../../domain/explain.ts'
import { Time } from './time.ts'

/** The answer of `GET /v1/deliveries/{id}/explain`. */
export const Explanation = z
  .object({
    state: z.enum(SHOWN_DELIVERY_STATUSES).meta({ description: 'As `status` of the delivery.' }),
    because: z
      .array(z.object({ code: z.enum(EXPLAIN_CODES), detail: z.string(), since: Time.nullable(), until: Time.nullable() }))
      .meta({ description: 'What holds it back, or how it ended. `until` is null where nobody knows.' }),
    next_attempt_at: Time.nullable().meta({ description: 'Not before this time; null when no try will be made.' }),
  })
  .meta({ id: 'Explanation' })
