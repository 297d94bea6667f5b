/** Deliveries on the wire. */
import { z } from '@hono/zod-openapi'
import { CANCEL_REASONS, DEAD_REASONS } from '../../domain/delivery.ts'
import { CreatedRange, idSchema, PageParameters, Time } from './common.ts'

const DELIVERY_STATUSES = ['pending', 'delivered', 'dead', 'canceled'] as const
export const DeliveryReason = z.enum([...DEAD_REASONS, ...CANCEL_REASONS])

const deliveryMembers = {
  id: z.string(),
  tenant_id: z.string().optional().openapi({ description: 'In lists with `tenant` only.' }),
  event: z.object({ id: z.string(), type: z.string() }),
  job_id: z.string().nullable().openapi({ description: 'Null for an event about an endpoint.' }),
  endpoint_id: z.string().nullable().openapi({ description: 'Null for the URL of a job of its own.' }),
  url: z.string(),
  status: z.enum(DELIVERY_STATUSES).openapi({ description: '`pending` covers a try in flight.' }),
  reason: DeliveryReason.nullable(),
  attempts: z.int(),
  next_attempt_at: Time.nullable(),
  last_status: z.int().nullable(),
  last_error: z.string().nullable(),
  created_at: Time,
}

export const Delivery = z.object(deliveryMembers).openapi('Delivery')

export const DeliveryWithLog = z
  .object({
    ...deliveryMembers,
    request_body: z.string().openapi({ description: 'What every attempt sends, the same bytes each time: the first 64 KiB as text.' }),
    attempt_log: z.array(
      z.object({
        n: z.int(),
        at: Time,
        ms: z.number(),
        status: z.int().nullable(),
        error: z.string().nullable().openapi({ description: 'A stable class, such as `timeout` or `tls_failed`.' }),
        error_cause: z.string().nullable().openapi({
          description: 'What led to the error, as the system, OpenSSL or the parser names it, where it is known.',
          example: 'CERT_HAS_EXPIRED',
        }),
        request_headers: z.record(z.string(), z.string()).nullable().openapi({
          description: 'The headers we sent; the value of a custom one shows as `***`. Null for attempts that were logged without.',
        }),
        response_headers: z.record(z.string(), z.string()),
        response_body: z.string(),
      }),
    ),
  })
  .openapi('DeliveryWithLog')

/** What chooses deliveries: query parameters of the lists, members of a replay's filter. */
export const DeliveryFilter = {
  reason: DeliveryReason.optional(),
  error: z.string().optional().openapi({ description: 'Class of the error of the last try, as in `last_error`.', example: 'timeout' }),
  job_id: idSchema('job').optional(),
  event: z.string().optional().openapi({ description: 'Id of the event, or its type, such as `job.completed`.' }),
  type: z.string().optional().openapi({ description: 'Type of the job.' }),
  destination: z
    .string()
    .refine((text) => originOf(text) !== null, 'Must be an http:// or https:// URL.')
    .optional()
    .openapi({ description: 'A URL; deliveries to its origin.', example: 'https://partner.example' }),
  ...CreatedRange,
}

export const ListDeliveries = z.strictObject({ status: z.enum(DELIVERY_STATUSES).optional(), ...DeliveryFilter, ...PageParameters })

/** The origin of an http(s) URL, or null. */
export function originOf(url: string): string | null {
  const parsed = URL.parse(url)
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : null
}

export const SigningSecret = z
  .object({
    secret: z.string().openapi({ example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
    previous: z.string().nullable(),
    previous_expires_at: Time.nullable(),
  })
  .openapi('SigningSecret')
