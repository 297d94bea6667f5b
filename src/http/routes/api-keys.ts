/** POST, GET /v1/tenants/{id}/api-keys · DELETE /v1/api-keys/{id} */

import { ProblemError } from '../../domain/errors.ts'
import type { ApiKey } from '../../domain/tenant.ts'
import { createApiKey, revokeApiKey } from '../../lifecycle/tenants/api-keys.ts'
import { timestamp } from '../../wire/job-document.ts'
import { IdParams, listSchema, momentOf } from '../../wire/schemas/common.ts'
import { ApiKey as ApiKeySchema, CreateApiKey, ListApiKeys, NewApiKey } from '../../wire/schemas/tenant.ts'
import { readPage, respondPage, shownTenant } from '../kit/page.ts'
import { respondEmpty, respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const create = defineRoute({
  method: 'post',
  path: '/v1/tenants/{id}/api-keys',
  operationId: 'createApiKey',
  summary: 'Create an API key of a tenant',
  tag: 'Tenants',
  scope: 'admin',
  params: IdParams('tnt'),
  body: CreateApiKey,
  responses: { 201: { description: 'The key. `key` is shown this once.', schema: NewApiKey } },
  async handle({ context, params, body }) {
    const input = { name: body.name ?? null, scopes: body.scopes, expiresAt: momentOf(body.expires_at) }
    const { key, secret } = await createApiKey(context, params.id, input)
    return respondJson(201, { ...wireApiKey(key), key: secret })
  },
})

const list = defineRoute({
  method: 'get',
  path: '/v1/tenants/{id}/api-keys',
  operationId: 'listApiKeys',
  summary: 'List the API keys of a tenant, newest first',
  tag: 'Tenants',
  scope: 'admin',
  params: IdParams('tnt'),
  query: ListApiKeys,
  responses: {
    200: { description: 'A page of keys.', schema: listSchema(ApiKeySchema), headers: { link: 'The next page, `rel="next"`.' } },
  },
  async handle({ context, params, query, request }) {
    const fits = [undefined, '*', params.id].includes(query.tenant)
    if (!fits || !(await context.store.tenants.find(params.id))) throw new ProblemError('not_found', 'There is no such tenant.')
    const { rows, next } = await context.store.tenants.listApiKeys(params.id, readPage('api-keys', params.id, query))
    const owner = shownTenant(query.tenant, params.id)
    const documents = rows.map((key) => JSON.stringify({ ...wireApiKey(key), ...owner }))
    return respondPage('api-keys', params.id, { rows: documents, next }, request.url, context.settings.publicUrl())
  },
})

const revoke = defineRoute({
  method: 'delete',
  path: '/v1/api-keys/{id}',
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key',
  tag: 'Tenants',
  scope: 'admin',
  params: IdParams('key'),
  responses: { 204: { description: 'The key has stopped working.' } },
  async handle({ context, caller, params }) {
    await revokeApiKey(context, caller.reader, params.id)
    return respondEmpty(204)
  },
})

export const apiKeyRoutes = [create, list, revoke]

function wireApiKey({ id, name, prefix, scopes, createdAt, expiresAt, revokedAt }: ApiKey) {
  return {
    id,
    name,
    prefix,
    scopes,
    created_at: timestamp(createdAt),
    expires_at: timestamp(expiresAt),
    revoked_at: timestamp(revokedAt),
  }
}
