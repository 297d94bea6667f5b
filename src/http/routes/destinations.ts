/** GET /v1/destinations · POST /v1/destinations/pause · POST /v1/destinations/resume */
import { type Destination as DestinationRecord, destinationOf } from '../../domain/destination.ts'
import { pauseDestination } from '../../lifecycle/deliveries/pause-destination.ts'
import { readDestination, readDestinations } from '../../lifecycle/deliveries/read-destinations.ts'
import { resumeDestination } from '../../lifecycle/deliveries/resume-destination.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import { destinationDocument } from '../../wire/documents/destination.ts'
import { ChosenDestination, Destination, ListDestinations } from '../../wire/schemas/destination.ts'
import { OneTenantQuery } from '../../wire/schemas/list.ts'
import type { Caller } from '../kit/auth.ts'
import { listRoute } from '../kit/list-route.ts'
import { listedTenant, shownTenant } from '../kit/page.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const list = listRoute({
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

const pause = defineRoute({
  method: 'post',
  path: '/v1/destinations/pause',
  operationId: 'pauseDestination',
  summary: 'Pause a destination: no try begins',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'destination.pause',
  query: OneTenantQuery,
  body: ChosenDestination,
  responses: {
    200: {
      description:
        'Paused, until it is resumed or 30 days are over. Tries in flight end as they would; what waits spends no try and no time.',
      schema: Destination,
    },
  },
  async handle({ context, caller, query, body }) {
    return respondDestination(context, await pauseDestination(context, laneOf(caller, query.tenant, body.destination)), query.tenant)
  },
})

const resume = defineRoute({
  method: 'post',
  path: '/v1/destinations/resume',
  operationId: 'resumeDestination',
  summary: 'Resume a paused destination',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'destination.resume',
  query: OneTenantQuery,
  body: ChosenDestination,
  responses: { 200: { description: 'No longer paused, now or since before: what waits goes on.', schema: Destination } },
  async handle({ context, caller, query, body }) {
    return respondDestination(context, await resumeDestination(context, laneOf(caller, query.tenant, body.destination)), query.tenant)
  },
})

/** The routes of destinations. */
export const destinationRoutes = [list, pause, resume]

function laneOf(caller: Caller, tenant: string | undefined, destination: string): string {
  return destinationOf(listedTenant(caller, tenant) ?? caller.tenantId, destination)
}

async function respondDestination(context: Context, destination: DestinationRecord, tenant: string | undefined): Promise<Response> {
  const document = destinationDocument(await readDestination(context, destination), context.clock.now())
  return respondJson(200, { ...shownTenant(tenant, destination.tenantId), ...document })
}
