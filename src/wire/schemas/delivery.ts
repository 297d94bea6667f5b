/** Deliveries on the wire. */
import { z } from 'zod'
import { CANCEL_REASONS, DEAD_REASONS, SHOWN_DELIVERY_STATUSES } from '../../domain/delivery.ts'
import { idSchema } from './id.ts'
import { CreatedRange, PageParameters } from './list.ts'
import { Time } from './time.ts'

/** Why a delivery is dead or canceled. */
export const DeliveryReason = z.enum([...DEAD_REASONS, ...CANCEL_REASONS])

const deliveryMembers = {
  id: z.string(),
  tenant_id: z.string().optional().meta({ description: 'In lists with `tenant` only.' }),
  event: z.object({ id: z.string(), type: z.string() }),
  job_id: z.string().nullable().meta({ description: 'Null for an event about an endpoint.' }),
  endpoint_id: z.string().nullable().meta({ description: 'Null for the URL of a job of its own.' }),
  url: z.string(),
  status: z.enum(SHOWN_DELIVERY_STATUSES).meta({ description: '`pending` covers a try in flight.' }),
  reason: DeliveryReason.nullable(),
  attempts: z.int(),
  next_attempt_at: Time.nullable(),
  last_status: z.int().nullable(),
  last_error: z.string().nullable(),
  created_at: Time,
}

/** The delivery document. */
export const Delivery = z.object(deliveryMembers).meta({ id: 'Delivery' })

/** The delivery document with its attempts. */
export const DeliveryWithLog = z
  .object({
    ...deliveryMembers,
    request_body: z.string().meta({ description: 'What every attempt sends, the same bytes each time: the first 64 KiB as text.' }),
    attempt_log: z.array(
      z.object({
        n: z.int(),
        at: Time,
        ms: z.number(),
        status: z.int().nullable(),
        error: z.string().nullable().meta({ description: 'A stable class, such as `timeout` or `tls_failed`.' }),
        error_cause: z.string().nullable().meta({
          description: 'What led to the error, as the system, OpenSSL or the parser names it, where it is known.',
          example: 'CERT_HAS_EXPIRED',
        }),
        request_headers: z.record(z.string(), z.string()).nullable().meta({
          description: 'The headers we sent; the value of a custom one shows as `***`. Null for attempts that were logged without.',
        }),
        response_headers: z.record(z.string(), z.string()),
        response_body: z.string(),
      }),
    ),
  })
  .meta({ id: 'DeliveryWithLog' })

/** What chooses deliveries: query parameters of the lists, and members of a replay's filter. */
export const DeliveryFilter = {
  reason: DeliveryReason.optional(),
  error: z.string().optional().meta({ description: 'Class of the error of the last try, as in `last_error`.', example: 'timeout' }),
  job_id: idSchema('job').optional(),
  event: z.string().optional().meta({ description: 'Id of the event, or its type, such as `job.completed`.' }),
  type: z.string().optional().meta({ description: 'Type of the job.' }),
  destination: z
    .string()
    .refine((text) => originOf(text) !== null, 'Must be an http:// or https:// URL.')
    .optional()
    .meta({ description: 'A URL; deliveries to its origin.', example: 'https://partner.example' }),
  ...CreatedRange,
}

/** The query of `GET /v1/deliveries`. */
export const ListDeliveries = z.strictObject({ status: z.enum(SHOWN_DELIVERY_STATUSES).optional(), ...DeliveryFilter, ...PageParameters })

/** The origin of an http(s) URL, or null. */
export function originOf(url: string): string | null {
  const parsed = URL.parse(url)
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : null
}
