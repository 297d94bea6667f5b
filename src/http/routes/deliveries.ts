/** GET /v1/deliveries · GET, DELETE /v1/deliveries/{id} · GET /v1/deliveries/{id}/explain · POST /v1/deliveries/{id}/replay */
import { findDelivery } from '../../lifecycle/access/find-delivery.ts'
import { discardDelivery } from '../../lifecycle/deliveries/discard-delivery.ts'
import { explainDelivery } from '../../lifecycle/deliveries/explain-delivery.ts'
import { replayDelivery } from '../../lifecycle/deliveries/replay-delivery.ts'
import { deliveryDocument, deliveryWithLogDocument } from '../../wire/documents/delivery.ts'
import { explanationDocument } from '../../wire/documents/explanation.ts'
import { Delivery, DeliveryWithLog, ListDeliveries } from '../../wire/schemas/delivery.ts'
import { Explanation } from '../../wire/schemas/explanation.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { listRoute } from '../kit/list-route.ts'
import { shownTenant } from '../kit/page.ts'
import { respondEmpty, respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'
import { deliveryFilter } from './delivery-filter.ts'

/** Attempts of one delivery that are shown: the newest. */
const SHOWN_ATTEMPTS = 100

const listDeliveries = listRoute({
  path: '/v1/deliveries',
  operationId: 'listDeliveries',
  summary: 'List deliveries, newest first',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  list: 'deliveries',
  noun: 'deliveries',
  query: ListDeliveries,
  item: Delivery,
  page: (page, { context, query }) =>
    context.store.deliveries.list({ ...deliveryFilter(page.tenantId, query), ...page, status: query.status ?? null }),
  document: (delivery, { query }) => JSON.stringify({ ...deliveryDocument(delivery), ...shownTenant(query.tenant, delivery.tenantId) }),
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
    return respondJson(200, deliveryWithLogDocument(delivery, body, attempts))
  },
})

const explain = defineRoute({
  method: 'get',
  path: '/v1/deliveries/{id}/explain',
  operationId: 'explainDelivery',
  summary: 'Why a delivery has not arrived, and when the next try comes',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  params: IdParams('dlv'),
  responses: { 200: { description: 'What holds it back, or what became of it.', schema: Explanation } },
  async handle({ context, caller, params }) {
    return respondJson(200, explanationDocument(await explainDelivery(context, caller.reader, params.id)))
  },
})

const replay = defineRoute({
  method: 'post',
  path: '/v1/deliveries/{id}/replay',
  operationId: 'replayDelivery',
  summary: 'Send a dead or delivered delivery again',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'delivery.replay',
  params: IdParams('dlv'),
  responses: { 202: { description: 'Pending again with a fresh schedule and the same `webhook-id`.', schema: Delivery } },
  problems: ['conflict'],
  async handle({ context, caller, params }) {
    return respondJson(202, deliveryDocument(await replayDelivery(context, caller.reader, params.id)))
  },
})

const discard = defineRoute({
  method: 'delete',
  path: '/v1/deliveries/{id}',
  operationId: 'discardDelivery',
  summary: 'Take a dead delivery off the dead-letter queue',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'delivery.discard',
  params: IdParams('dlv'),
  responses: { 204: { description: 'The delivery is canceled, reason `discarded`.' } },
  problems: ['conflict'],
  async handle({ context, caller, params }) {
    await discardDelivery(context, caller.reader, params.id)
    return respondEmpty(204)
  },
})

/** The routes of deliveries. */
export const deliveryRoutes = [listDeliveries, readDelivery, explain, replay, discard]
