/** POST, GET /v1/tenants · PATCH /v1/tenants/{id} */
import type { TenantLimits } from '../../domain/tenant.ts'
import { createTenant, updateTenant } from '../../lifecycle/tenants/tenants.ts'
import { tenantDocument } from '../../wire/documents/tenant.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { CreateTenant, ListTenants, Tenant, UpdateTenant, type WireLimits } from '../../wire/schemas/tenant.ts'
import { listRoute } from '../kit/list-route.ts'
import { listedTenant, shownTenant } from '../kit/page.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const create = defineRoute({
  method: 'post',
  path: '/v1/tenants',
  operationId: 'createTenant',
  summary: 'Create a tenant',
  tag: 'Tenants',
  scope: 'admin',
  action: 'tenant.create',
  body: CreateTenant,
  responses: { 201: { description: 'The tenant, with a signing secret of its own.', schema: Tenant } },
  async handle({ context, body }) {
    return respondJson(201, tenantDocument(await createTenant(context, { name: body.name, limits: limitsOf(body.limits ?? {}) })))
  },
})

const list = listRoute({
  path: '/v1/tenants',
  operationId: 'listTenants',
  summary: 'List tenants, newest first',
  tag: 'Tenants',
  scope: 'admin:read',
  list: 'tenants',
  noun: 'tenants',
  query: ListTenants,
  item: Tenant,
  owner: ({ caller, query }) => (query.tenant === undefined ? null : listedTenant(caller, query.tenant)),
  page: (page, { context }) => context.store.tenants.list(page),
  document: (tenant, { query }) => JSON.stringify({ ...tenantDocument(tenant), ...shownTenant(query.tenant, tenant.id) }),
})

const update = defineRoute({
  method: 'patch',
  path: '/v1/tenants/{id}',
  operationId: 'updateTenant',
  summary: 'Change the name or the limits of a tenant',
  tag: 'Tenants',
  scope: 'admin',
  action: 'tenant.update',
  params: IdParams('tnt'),
  body: UpdateTenant,
  responses: { 200: { description: 'The tenant as it is now.', schema: Tenant } },
  problems: ['conflict'],
  async handle({ context, params, body: { name, limits } }) {
    const change = { ...(name === undefined ? {} : { name }), ...(limits === undefined ? {} : { limits: limitsOf(limits) }) }
    return respondJson(200, tenantDocument(await updateTenant(context, params.id, change)))
  },
})

/** The routes of tenants. */
export const tenantRoutes = [create, list, update]

/** Null and absent are the same: no ceiling. */
function limitsOf(limits: WireLimits): TenantLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, ceiling]) => ceiling != null))
}
