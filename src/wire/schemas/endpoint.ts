/** Endpoints on the wire. */
import { z } from 'zod'
import { DISABLED_REASONS, ENDPOINT_EVENT_TYPES, ENDPOINT_STATUSES } from '../../domain/endpoint.ts'
import { ALERT_EVENT_TYPES } from '../../domain/event.ts'
import { CallbackHeaders, CallbackUrl } from './callback.ts'
import { Delivery } from './delivery.ts'
import { Destination } from './destination.ts'
import { Job } from './job.ts'
import { PageParameters } from './list.ts'
import { textSchema } from './text.ts'
import { Time } from './time.ts'

const SubscribedEvent = z.enum(ENDPOINT_EVENT_TYPES).meta({ id: 'SubscribedEvent' })
/** Has a name, because the one that a generator makes up for an unnamed enum is taken. */
const EndpointEventType = z.enum(['endpoint.disabled', 'endpoint.test']).meta({ id: 'EndpointEventType' })

const Events = z
  .array(SubscribedEvent)
  .min(1, 'Must name at least one event.')
  .refine((events) => new Set(events).size === events.length, 'Must not name an event twice.')
  .nullish()
  .meta({ description: 'All ends of jobs when null or absent; the others only when named.', uniqueItems: true })

const Description = textSchema(0, 500).nullish()

/** The body of `POST /v1/endpoints`. */
export const CreateEndpoint = z
  .strictObject({
    url: CallbackUrl.meta({ example: 'https://partner.example/hooks' }),
    events: Events,
    description: Description,
    headers: CallbackHeaders,
  })
  .meta({ id: 'CreateEndpoint' })

/** The body of `PATCH /v1/endpoints/{id}`. */
export const UpdateEndpoint = z
  .strictObject({
    url: CallbackUrl.optional().meta({ description: 'What waits for the endpoint goes to its new URL.' }),
    events: Events,
    description: Description,
    headers: CallbackHeaders.meta({ description: 'Replaces the headers as a whole; null removes them.' }),
    status: z
      .enum(ENDPOINT_STATUSES)
      .optional()
      .meta({ description: '`disabled`: what waits for it is dead, and can be replayed when it is enabled again.' }),
  })
  .meta({ id: 'UpdateEndpoint', description: 'An absent member stays as it is.' })

const endpointMembers = {
  id: z.string(),
  url: z.string(),
  events: z.array(SubscribedEvent),
  description: z.string().nullable(),
  header_names: z.array(z.string()).meta({ description: 'Of its custom headers. Their values are write-only.' }),
  status: z.enum(ENDPOINT_STATUSES),
  disabled_reason: z.enum(DISABLED_REASONS).nullable().meta({
    description: '`gone`: it answered 410. `failing`: nothing succeeded for five days. `requested`: by its owner.',
  }),
  failing_since: Time.nullable().meta({ description: 'The first failed try since the last successful one.' }),
  created_at: Time,
}

/** The endpoint document. */
export const Endpoint = z
  .object({ ...endpointMembers, tenant_id: z.string().optional().meta({ description: 'In lists with `tenant` only.' }) })
  .meta({ id: 'Endpoint' })

/** The endpoint document with its secret, answered once. */
export const NewEndpoint = z
  .object({ ...endpointMembers, secret: z.string().meta({ description: 'What its callbacks are signed with. Shown this once.' }) })
  .meta({ id: 'NewEndpoint' })

/** The query of `GET /v1/endpoints`. */
export const ListEndpoints = z.strictObject(PageParameters)

/** The body of the callback about an endpoint. */
export const EndpointEvent = z
  .object({ type: EndpointEventType, timestamp: Time, data: z.object(endpointMembers) })
  .meta({ id: 'EndpointEvent', description: 'The body of a callback about an endpoint: its document as it was then.' })

/** The body of the callback that tells of trouble, or of its end. */
export const AlertEvent = z
  .object({
    type: z.enum(ALERT_EVENT_TYPES),
    timestamp: Time,
    data: z
      .union([Delivery, Destination, Job])
      .meta({ description: 'The delivery that is dead, the destination, or the job that is overdue.' }),
  })
  .meta({ id: 'AlertEvent', description: 'The body of a callback about trouble. The delivery of one makes no other.' })

/** The answer to a test of an endpoint. */
export const EndpointTest = z
  .object({
    event_id: z.string().meta({ description: 'Its `webhook-id`.' }),
    url: z.string(),
    delivered: z.boolean().meta({ description: 'Whether it was taken, with a 2xx.' }),
    status: z.int().nullable().meta({ description: 'What it answered; null when no complete answer came.' }),
    error: z.string().nullable().meta({ description: 'The class of what went wrong without an answer, such as `timeout`.' }),
    error_cause: z.string().nullable().meta({ description: 'What led to the error, such as `CERT_HAS_EXPIRED`.' }),
    ms: z.number(),
    response_headers: z.record(z.string(), z.string()),
    response_body: z.string(),
  })
  .meta({ id: 'EndpointTest', description: 'What came of one test event.' })
