/** GET /v1/deliveries · GET, DELETE /v1/deliveries/{id} · POST /v1/deliveries/{id}/replay */
import type { z } from 'zod'
import { shownHeaders } from '../../domain/callback-headers.ts'
import type { Attempt, Delivery } from '../../domain/delivery.ts'
import { findDelivery } from '../../lifecycle/access/find-delivery.ts'
import { discardDelivery } from '../../lifecycle/deliveries/discard-delivery.ts'
import { replayDelivery } from '../../lifecycle/deliveries/replay-delivery.ts'
import type { DeliveryQuery } from '../../ports/deliveries.ts'
import { timestamp } from '../../wire/job-document.ts'
import { IdParams, listSchema } from '../../wire/schemas/common.ts'
import type { ListDeadLetters } from '../../wire/schemas/dead-letter.ts'
import { Delivery as DeliverySchema, DeliveryWithLog, ListDeliveries } from '../../wire/schemas/delivery.ts'
import type { Caller } from '../kit/auth.ts'
import { listedTenant, readPage, respondPage, shownTenant } from '../kit/page.ts'
import { respondEmpty, respondJson } from '../kit/respond.ts'
import { type Call, defineRoute } from '../kit/route.ts'
import { deliveryFilter } from './delivery-filter.ts'

/** Attempts shown of one delivery, the newest. */
const SHOWN_ATTEMPTS = 100
/** Of the body that is sent, bytes: as much as is kept of an answer's. */
const SHOWN_BODY = 64 * 1024

export const deliveryPage = {
  200: { description: 'A page of deliveries.', schema: listSchema(DeliverySchema), headers: { link: 'The next page, `rel="next"`.' } },
}

const listDeliveries = defineRoute({
  method: 'get',
  path: '/v1/deliveries',
  operationId: 'listDeliveries',
  summary: 'List deliveries, newest first',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  query: ListDeliveries,
  responses: deliveryPage,
  handle: (call) => respondDeliveries('deliveries', call.query.status ?? null, call),
})

const readDelivery = defineRoute({
  method: 'get',
  path: '/v1/deliveries/{id}',
  operationId: 'readDelivery',
  summary: 'Read a delivery and its attempts',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  params: IdParams('dlv'),
  responses: { 200: { description: 'The delivery and its attempt log, oldest first.', schema: DeliveryWithLog } },
  async handle({ context, caller, params }) {
    const delivery = await findDelivery(context, caller.reader, params.id)
    const [attempts, body] = await Promise.all([
      context.store.deliveries.attempts(delivery.id, SHOWN_ATTEMPTS),
      context.store.events.body(delivery.eventId),
    ])
    const attempt_log = attempts.map((attempt) => wireAttempt(delivery.eventId, attempt))
    return respondJson(200, { ...wireDelivery(delivery), request_body: shownBody(body), attempt_log })
  },
})

const replay = defineRoute({
  method: 'post',
  path: '/v1/deliveries/{id}/replay',
  operationId: 'replayDelivery',
  summary: 'Send a dead or delivered delivery again',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  params: IdParams('dlv'),
  responses: { 202: { description: 'Pending again with a fresh schedule and the same `webhook-id`.', schema: DeliverySchema } },
  problems: ['conflict'],
  async handle({ context, caller, params }) {
    return respondJson(202, wireDelivery(await replayDelivery(context, caller.reader, params.id)))
  },
})

const discard = defineRoute({
  method: 'delete',
  path: '/v1/deliveries/{id}',
  operationId: 'discardDelivery',
  summary: 'Take a dead delivery off the dead-letter queue',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  params: IdParams('dlv'),
  responses: { 204: { description: 'The delivery is canceled, reason `discarded`.' } },
  problems: ['conflict'],
  async handle({ context, caller, params }) {
    await discardDelivery(context, caller.reader, params.id)
    return respondEmpty(204)
  },
})

export const deliveryRoutes = [listDeliveries, readDelivery, replay, discard]

type ListCall = Call<Caller, undefined, Omit<z.output<typeof ListDeadLetters>, 'status'>, undefined>

/** A page of deliveries of this status (null: of any), in the list of this name. */
export async function respondDeliveries(list: string, status: DeliveryQuery['status'], { context, caller, query, request }: ListCall) {
  const tenantId = listedTenant(caller, query.tenant)
  const { rows, next } = await context.store.deliveries.list({
    ...deliveryFilter(tenantId, query),
    ...readPage(list, tenantId, query),
    status,
  })
  const documents = rows.map((delivery) => JSON.stringify({ ...wireDelivery(delivery), ...shownTenant(query.tenant, delivery.tenantId) }))
  return respondPage(list, tenantId, { rows: documents, next }, request.url, context.settings.publicUrl())
}

export function wireDelivery(delivery: Delivery) {
  return {
    id: delivery.id,
    event: { id: delivery.eventId, type: delivery.eventType },
    job_id: delivery.jobId,
    endpoint_id: delivery.endpointId,
    url: delivery.url,
    status: delivery.status === 'sending' ? 'pending' : delivery.status,
    reason: delivery.status === 'dead' || delivery.status === 'canceled' ? delivery.reason : null,
    attempts: delivery.attempts,
    next_attempt_at: timestamp(delivery.status === 'pending' ? delivery.dueAt : null),
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    created_at: timestamp(delivery.createdAt),
  }
}

/** The beginning of what is sent, up to a whole character. */
function shownBody(body: Uint8Array | null): string {
  return new TextDecoder().decode(body?.subarray(0, SHOWN_BODY), { stream: true })
}

/** The receiver's bytes as text; what is not UTF-8 in them shows as U+FFFD. */
function wireAttempt(eventId: string, attempt: Attempt) {
  return {
    n: attempt.n,
    at: timestamp(attempt.at),
    ms: attempt.ms,
    status: attempt.status,
    error: attempt.error,
    error_cause: attempt.errorCause,
    request_headers: attempt.sent === null ? null : shownHeaders(eventId, attempt.at, attempt.sent),
    response_headers: attempt.responseHeaders,
    response_body: new TextDecoder().decode(attempt.responseBody),
  }
}
