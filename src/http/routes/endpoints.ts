/** POST, GET /v1/endpoints · GET, PATCH, DELETE /v1/endpoints/{id} */
import type { z } from 'zod'
import { canonicalHeaders } from '../../domain/callback-headers.ts'
import type { EndpointChange } from '../../domain/endpoint.ts'
import { JOB_EVENT_TYPES } from '../../domain/job.ts'
import { findEndpoint } from '../../lifecycle/access/find-endpoint.ts'
import { changeEndpoint } from '../../lifecycle/endpoints/change-endpoint.ts'
import { createEndpoint } from '../../lifecycle/endpoints/create-endpoint.ts'
import { deleteEndpoint } from '../../lifecycle/endpoints/delete-endpoint.ts'
import { endpointDocument } from '../../wire/documents/endpoint.ts'
import { CreateEndpoint, Endpoint, ListEndpoints, NewEndpoint, UpdateEndpoint } from '../../wire/schemas/endpoint.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { listRoute } from '../kit/list-route.ts'
import { shownTenant } from '../kit/page.ts'
import { respondEmpty, respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const create = defineRoute({
  method: 'post',
  path: '/v1/endpoints',
  operationId: 'createEndpoint',
  summary: 'Register an endpoint',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'endpoint.create',
  body: CreateEndpoint,
  responses: { 201: { description: 'The endpoint with its secret. `secret` is shown this once.', schema: NewEndpoint } },
  problems: ['callback_url_forbidden', 'conflict'],
  callbacks: {
    jobEnded: '{$request.body#/url}',
    endpointEvent: '{$request.body#/url}',
    alert: '{$request.body#/url}',
    groupCompleted: '{$request.body#/url}',
  },
  async handle({ context, caller, body }) {
    const { endpoint, secret } = await createEndpoint(context, {
      tenantId: caller.tenantId,
      url: body.url,
      events: body.events ?? JOB_EVENT_TYPES,
      description: body.description ?? null,
      headers: canonicalHeaders(body.headers ?? {}),
    })
    return respondJson(201, { ...endpointDocument(endpoint), secret: secret.secret })
  },
})

const list = listRoute({
  path: '/v1/endpoints',
  operationId: 'listEndpoints',
  summary: 'List endpoints, newest first',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  list: 'endpoints',
  noun: 'endpoints',
  query: ListEndpoints,
  item: Endpoint,
  page: (page, { context }) => context.store.endpoints.list(page),
  document: (endpoint, { query }) => JSON.stringify({ ...endpointDocument(endpoint), ...shownTenant(query.tenant, endpoint.tenantId) }),
})

const read = defineRoute({
  method: 'get',
  path: '/v1/endpoints/{id}',
  operationId: 'readEndpoint',
  summary: 'Read an endpoint',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  params: IdParams('ep'),
  responses: { 200: { description: 'The endpoint, without its secret.', schema: Endpoint } },
  async handle({ context, caller, params }) {
    return respondJson(200, endpointDocument(await findEndpoint(context, caller.reader, params.id)))
  },
})

const update = defineRoute({
  method: 'patch',
  path: '/v1/endpoints/{id}',
  operationId: 'updateEndpoint',
  summary: 'Change, disable or enable an endpoint',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'endpoint.update',
  params: IdParams('ep'),
  body: UpdateEndpoint,
  responses: { 200: { description: 'The endpoint as it is now.', schema: Endpoint } },
  problems: ['callback_url_forbidden'],
  async handle({ context, caller, params, body }) {
    return respondJson(200, endpointDocument(await changeEndpoint(context, caller.reader, params.id, changeOf(body))))
  },
})

const remove = defineRoute({
  method: 'delete',
  path: '/v1/endpoints/{id}',
  operationId: 'deleteEndpoint',
  summary: 'Delete an endpoint',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'endpoint.delete',
  params: IdParams('ep'),
  responses: { 204: { description: 'It is gone, with its secret; what waited for it is canceled, reason `endpoint_deleted`.' } },
  async handle({ context, caller, params }) {
    await deleteEndpoint(context, caller.reader, params.id)
    return respondEmpty(204)
  },
})

/** The routes of endpoints. */
export const endpointRoutes = [create, list, read, update, remove]

/** Null is a value here, the one an absent member has at creation. */
function changeOf({ url, events, description, headers, status }: z.output<typeof UpdateEndpoint>): EndpointChange {
  return {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events: events ?? JOB_EVENT_TYPES }),
    ...(description === undefined ? {} : { description }),
    ...(headers === undefined ? {} : { headers: canonicalHeaders(headers ?? {}) }),
    ...(status === undefined ? {} : { status }),
  }
}
