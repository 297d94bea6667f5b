/** POST /v1/deliveries/{id}/retry · POST /v1/deliveries/retry */
import { retryDeliveries } from '../../lifecycle/deliveries/retry-deliveries.ts'
import { retryDelivery } from '../../lifecycle/deliveries/retry-delivery.ts'
import { deliveryDocument } from '../../wire/documents/delivery.ts'
import { Delivery } from '../../wire/schemas/delivery.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { TenantQuery } from '../../wire/schemas/list.ts'
import { RetriedDeliveries, RetryDeliveries } from '../../wire/schemas/retry.ts'
import { listedTenant } from '../kit/page.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'
import { deliveryFilter } from './delivery-filter.ts'

/** Moved by one request at most. */
const RETRY_LIMIT = 100_000

const retry = defineRoute({
  method: 'post',
  path: '/v1/deliveries/{id}/retry',
  operationId: 'retryDelivery',
  summary: 'Send a delivery that waits for its next try now',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'delivery.retry',
  params: IdParams('dlv'),
  responses: {
    202: {
      description: 'Due now. The try counts as usual; while the breaker of its destination is open it waits for a probe.',
      schema: Delivery,
    },
  },
  problems: ['conflict'],
  async handle({ context, caller, params }) {
    return respondJson(202, deliveryDocument(await retryDelivery(context, caller.reader, params.id)))
  },
})

const retryMany = defineRoute({
  method: 'post',
  path: '/v1/deliveries/retry',
  operationId: 'retryDeliveries',
  summary: 'Send all deliveries that fit and wait for their next try now',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'deliveries.retry',
  query: TenantQuery,
  body: RetryDeliveries,
  responses: {
    202: {
      description: 'Due now; each try counts as usual. They go out at the present limit of their destination.',
      schema: RetriedDeliveries,
    },
  },
  async handle({ context, caller, query, body }) {
    const filter = deliveryFilter(listedTenant(caller, query.tenant), body.filter ?? {})
    const { retried, hasMore } = await retryDeliveries(context, filter, RETRY_LIMIT)
    return respondJson(202, { retried, has_more: hasMore })
  },
})

/** The routes of retries. */
export const retryRoutes = [retry, retryMany]
