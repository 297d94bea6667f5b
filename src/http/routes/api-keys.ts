/** POST, GET /v1/tenants/{id}/api-keys · DELETE /v1/api-keys/{id} */
import { ProblemError } from '../../domain/errors.ts'
import { createApiKey, revokeApiKey } from '../../lifecycle/tenants/api-keys.ts'
import { apiKeyDocument } from '../../wire/documents/api-key.ts'
import { ApiKey, CreateApiKey, ListApiKeys, NewApiKey } from '../../wire/schemas/api-key.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { momentOf } from '../../wire/schemas/time.ts'
import { listRoute } from '../kit/list-route.ts'
import { shownTenant } from '../kit/page.ts'
import { respondEmpty, respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const create = defineRoute({
  method: 'post',
  path: '/v1/tenants/{id}/api-keys',
  operationId: 'createApiKey',
  summary: 'Create an API key of a tenant',
  tag: 'Tenants',
  scope: 'admin',
  action: 'api_key.create',
  params: IdParams('tnt'),
  body: CreateApiKey,
  responses: { 201: { description: 'The key. `key` is shown this once.', schema: NewApiKey } },
  async handle({ context, params, body }) {
    const input = { name: body.name ?? null, scopes: body.scopes, expiresAt: momentOf(body.expires_at) }
    const { key, secret } = await createApiKey(context, params.id, input)
    return respondJson(201, { ...apiKeyDocument(key), key: secret })
  },
})

const list = listRoute({
  path: '/v1/tenants/{id}/api-keys',
  operationId: 'listApiKeys',
  summary: 'List the API keys of a tenant, newest first',
  tag: 'Tenants',
  scope: 'admin',
  params: IdParams('tnt'),
  list: 'api-keys',
  noun: 'keys',
  query: ListApiKeys,
  item: ApiKey,
  async owner({ context, params, query }) {
    const fits = [undefined, '*', params.id].includes(query.tenant)
    if (!fits || !(await context.store.tenants.find(params.id))) throw new ProblemError('not_found', 'There is no such tenant.')
    return params.id
  },
  page: (page, { context, params }) => context.store.tenants.listApiKeys(params.id, page),
  document: (key, { params, query }) => JSON.stringify({ ...apiKeyDocument(key), ...shownTenant(query.tenant, params.id) }),
})

const revoke = defineRoute({
  method: 'delete',
  path: '/v1/api-keys/{id}',
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key',
  tag: 'Tenants',
  scope: 'admin',
  action: 'api_key.revoke',
  params: IdParams('key'),
  responses: { 204: { description: 'The key has stopped working.' } },
  async handle({ context, caller, params }) {
    await revokeApiKey(context, caller.reader, params.id)
    return respondEmpty(204)
  },
})

/** The routes of API keys. */
export const apiKeyRoutes = [create, list, revoke]
