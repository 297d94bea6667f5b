/** GET /v1/destinations */
import { breakerState } from '../../domain/destination.ts'
import { type DestinationView, readDestinations } from '../../lifecycle/deliveries/read-destinations.ts'
import { timestamp } from '../../wire/job-document.ts'
import { listSchema } from '../../wire/schemas/common.ts'
import { Destination, ListDestinations } from '../../wire/schemas/destination.ts'
import { listedTenant, readPage, respondPage, shownTenant } from '../kit/page.ts'
import { defineRoute } from '../kit/route.ts'

const LIST = 'destinations'

export const destinationsRoute = defineRoute({
  method: 'get',
  path: '/v1/destinations',
  operationId: 'listDestinations',
  summary: 'Where callbacks go: limits, breakers, what is in flight and what waits, newest first',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  query: ListDestinations,
  responses: {
    200: { description: 'A page of destinations.', schema: listSchema(Destination), headers: { link: 'The next page, `rel="next"`.' } },
  },
  async handle({ context, caller, query, request }) {
    const tenantId = listedTenant(caller, query.tenant)
    const { rows, next } = await readDestinations(context, readPage(LIST, tenantId, query))
    const now = context.clock.now()
    const documents = rows.map((view) => JSON.stringify({ ...shownTenant(query.tenant, view.destination.tenantId), ...wire(view, now) }))
    return respondPage(LIST, tenantId, { rows: documents, next }, request.url, context.settings.publicUrl())
  },
})

function wire({ destination, inFlight, waiting }: DestinationView, now: number) {
  return {
    destination: destination.origin,
    limit: Math.floor(destination.limit),
    in_flight: inFlight,
    waiting,
    breaker: {
      state: breakerState(destination, now),
      since: timestamp(destination.openSince),
      probe_at: timestamp(destination.openUntil),
    },
    paused_until: null,
  }
}
