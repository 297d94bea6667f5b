/** POST /v1/deliveries/{id}/retry · POST /v1/deliveries/retry */
import { z } from '@hono/zod-openapi'
import { retryDeliveries } from '../../lifecycle/retry-deliveries.ts'
import { retryDelivery } from '../../lifecycle/retry-delivery.ts'
import { deliveryFilter } from '../delivery-filter.ts'
import { listedTenant } from '../page.ts'
import { respondJson } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams, PageParameters } from '../schemas/common.ts'
import { Delivery } from '../schemas/delivery.ts'
import { RetriedDeliveries, RetryDeliveries } from '../schemas/retry.ts'
import { wireDelivery } from './deliveries.ts'

/** Moved by one request at most. */
const RETRY_LIMIT = 100_000

const retry = defineRoute({
  method: 'post',
  path: '/v1/deliveries/{id}/retry',
  operationId: 'retryDelivery',
  summary: 'Send a delivery that waits for its next try now',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  params: IdParams('dlv'),
  responses: {
    202: {
      description: 'Due now. The try counts as usual; while the breaker of its destination is open it waits for a probe.',
      schema: Delivery,
    },
  },
  problems: ['conflict'],
  async handle({ world, caller, params }) {
    return respondJson(202, wireDelivery(await retryDelivery(world, caller.reader, params.id)))
  },
})

const retryMany = defineRoute({
  method: 'post',
  path: '/v1/deliveries/retry',
  operationId: 'retryDeliveries',
  summary: 'Send all deliveries that fit and wait for their next try now',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  query: z.strictObject({ tenant: PageParameters.tenant }),
  body: RetryDeliveries,
  responses: {
    202: {
      description: 'Due now; each try counts as usual. They go out at the present limit of their destination.',
      schema: RetriedDeliveries,
    },
  },
  async handle({ world, caller, query, body }) {
    const filter = deliveryFilter(listedTenant(caller, query.tenant), body.filter ?? {})
    const { retried, hasMore } = await retryDeliveries(world, filter, RETRY_LIMIT)
    return respondJson(202, { retried, has_more: hasMore })
  },
})

export const retryRoutes = [retry, retryMany]
