/** GET /v1/destinations */
import { readDestinations } from '../../lifecycle/deliveries/read-destinations.ts'
import { destinationDocument } from '../../wire/documents/destination.ts'
import { Destination, ListDestinations } from '../../wire/schemas/destination.ts'
import { listRoute } from '../kit/list-route.ts'
import { shownTenant } from '../kit/page.ts'

/** The list of destinations. */
export const destinationsRoute = listRoute({
  path: '/v1/destinations',
  operationId: 'listDestinations',
  summary: 'Where callbacks go: limits, breakers, what is in flight and what waits, newest first',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  list: 'destinations',
  noun: 'destinations',
  query: ListDestinations,
  item: Destination,
  page: (page, { context }) => readDestinations(context, page),
  document: (state, { context, query }) =>
    JSON.stringify({ ...shownTenant(query.tenant, state.destination.tenantId), ...destinationDocument(state, context.clock.now()) }),
})
