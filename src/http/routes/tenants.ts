/** POST, GET /v1/tenants · PATCH /v1/tenants/{id} */

import type { Tenant, TenantLimits } from '../../domain/tenant.ts'
import { createTenant, updateTenant } from '../../lifecycle/tenants/tenants.ts'
import { timestamp } from '../../wire/job-document.ts'
import { IdParams, listSchema } from '../../wire/schemas/common.ts'
import { CreateTenant, ListTenants, Tenant as TenantSchema, UpdateTenant, type WireLimits } from '../../wire/schemas/tenant.ts'
import { listedTenant, readPage, respondPage, shownTenant } from '../kit/page.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const create = defineRoute({
  method: 'post',
  path: '/v1/tenants',
  operationId: 'createTenant',
  summary: 'Create a tenant',
  tag: 'Tenants',
  scope: 'admin',
  body: CreateTenant,
  responses: { 201: { description: 'The tenant, with a signing secret of its own.', schema: TenantSchema } },
  async handle({ context, body }) {
    return respondJson(201, wireTenant(await createTenant(context, { name: body.name, limits: limitsOf(body.limits ?? {}) })))
  },
})

const list = defineRoute({
  method: 'get',
  path: '/v1/tenants',
  operationId: 'listTenants',
  summary: 'List tenants, newest first',
  tag: 'Tenants',
  scope: 'admin',
  query: ListTenants,
  responses: {
    200: { description: 'A page of tenants.', schema: listSchema(TenantSchema), headers: { link: 'The next page, `rel="next"`.' } },
  },
  async handle({ context, caller, query, request }) {
    const tenantId = query.tenant === undefined ? null : listedTenant(caller, query.tenant)
    const { rows, next } = await context.store.tenants.list(readPage('tenants', tenantId, query))
    const documents = rows.map((tenant) => JSON.stringify({ ...wireTenant(tenant), ...shownTenant(query.tenant, tenant.id) }))
    return respondPage('tenants', tenantId, { rows: documents, next }, request.url, context.settings.publicUrl())
  },
})

const update = defineRoute({
  method: 'patch',
  path: '/v1/tenants/{id}',
  operationId: 'updateTenant',
  summary: 'Change the name or the limits of a tenant',
  tag: 'Tenants',
  scope: 'admin',
  params: IdParams('tnt'),
  body: UpdateTenant,
  responses: { 200: { description: 'The tenant as it is now.', schema: TenantSchema } },
  problems: ['conflict'],
  async handle({ context, params, body: { name, limits } }) {
    const change = { ...(name === undefined ? {} : { name }), ...(limits === undefined ? {} : { limits: limitsOf(limits) }) }
    return respondJson(200, wireTenant(await updateTenant(context, params.id, change)))
  },
})

export const tenantRoutes = [create, list, update]

/** Null and absent are the same: no ceiling. */
function limitsOf(limits: WireLimits): TenantLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, ceiling]) => ceiling != null))
}

function wireTenant({ id, name, limits, createdAt }: Tenant) {
  return { id, name, limits, created_at: timestamp(createdAt) }
}
