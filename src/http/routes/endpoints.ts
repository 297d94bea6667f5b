/** POST, GET /v1/endpoints · GET, PATCH, DELETE /v1/endpoints/{id} */
import type { z } from '@hono/zod-openapi'
import { canonicalHeaders } from '../../domain/callback-headers.ts'
import type { EndpointChange } from '../../domain/endpoint.ts'
import { endpointDocument } from '../../domain/endpoint-document.ts'
import { JOB_EVENT_TYPES } from '../../domain/job.ts'
import { changeEndpoint } from '../../lifecycle/change-endpoint.ts'
import { createEndpoint } from '../../lifecycle/create-endpoint.ts'
import { deleteEndpoint } from '../../lifecycle/delete-endpoint.ts'
import { findEndpoint } from '../../lifecycle/find-endpoint.ts'
import { listedTenant, readPage, respondPage, shownTenant } from '../page.ts'
import { respondEmpty, respondJson } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams, listSchema } from '../schemas/common.ts'
import { CreateEndpoint, Endpoint, ListEndpoints, NewEndpoint, UpdateEndpoint } from '../schemas/endpoint.ts'

const create = defineRoute({
  method: 'post',
  path: '/v1/endpoints',
  operationId: 'createEndpoint',
  summary: 'Register an endpoint',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  body: CreateEndpoint,
  responses: { 201: { description: 'The endpoint with its secret. `secret` is shown this once.', schema: NewEndpoint } },
  problems: ['callback_url_forbidden', 'conflict'],
  callbacks: { jobEnded: '{$request.body#/url}', endpointEvent: '{$request.body#/url}' },
  async handle({ world, caller, body }) {
    const { endpoint, secret } = await createEndpoint(world, {
      tenantId: caller.tenantId,
      url: body.url,
      events: body.events ?? JOB_EVENT_TYPES,
      description: body.description ?? null,
      headers: canonicalHeaders(body.headers ?? {}),
    })
    return respondJson(201, { ...endpointDocument(endpoint), secret: secret.secret })
  },
})

const list = defineRoute({
  method: 'get',
  path: '/v1/endpoints',
  operationId: 'listEndpoints',
  summary: 'List endpoints, newest first',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  query: ListEndpoints,
  responses: {
    200: { description: 'A page of endpoints.', schema: listSchema(Endpoint), headers: { link: 'The next page, `rel="next"`.' } },
  },
  async handle({ world, caller, query, request }) {
    const tenantId = listedTenant(caller, query.tenant)
    const { rows, next } = await world.store.listEndpoints(readPage('endpoints', tenantId, query))
    const documents = rows.map((endpoint) => {
      const owner = shownTenant(query.tenant, endpoint.tenantId)
      return JSON.stringify({ ...endpointDocument(endpoint), ...owner })
    })
    return respondPage('endpoints', tenantId, { rows: documents, next }, request.url, world.settings.publicUrl)
  },
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
  async handle({ world, caller, params }) {
    return respondJson(200, endpointDocument(await findEndpoint(world, caller.reader, params.id)))
  },
})

const update = defineRoute({
  method: 'patch',
  path: '/v1/endpoints/{id}',
  operationId: 'updateEndpoint',
  summary: 'Change, disable or enable an endpoint',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  params: IdParams('ep'),
  body: UpdateEndpoint,
  responses: { 200: { description: 'The endpoint as it is now.', schema: Endpoint } },
  problems: ['callback_url_forbidden'],
  async handle({ world, caller, params, body }) {
    return respondJson(200, endpointDocument(await changeEndpoint(world, caller.reader, params.id, changeOf(body))))
  },
})

const remove = defineRoute({
  method: 'delete',
  path: '/v1/endpoints/{id}',
  operationId: 'deleteEndpoint',
  summary: 'Delete an endpoint',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  params: IdParams('ep'),
  responses: { 204: { description: 'It is gone, with its secret; what waited for it is canceled, reason `endpoint_deleted`.' } },
  async handle({ world, caller, params }) {
    await deleteEndpoint(world, caller.reader, params.id)
    return respondEmpty(204)
  },
})

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
