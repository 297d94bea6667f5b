/** GET /v1/groups/{name} · POST /v1/groups/{name}/close */
import { notFound } from '../../lifecycle/access/find-job.ts'
import { closeGroup } from '../../lifecycle/jobs/close-group.ts'
import { groupDocument } from '../../wire/documents/group.ts'
import { Group, GroupParams } from '../../wire/schemas/group.ts'
import { OneTenantQuery } from '../../wire/schemas/list.ts'
import { listedTenant } from '../kit/page.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const read = defineRoute({
  method: 'get',
  path: '/v1/groups/{name}',
  operationId: 'readGroup',
  summary: 'Read a group: its jobs counted by status',
  tag: 'Jobs',
  scope: 'jobs:read',
  params: GroupParams,
  query: OneTenantQuery,
  responses: { 200: { description: 'The group.', schema: Group } },
  async handle({ context, caller, params, query }) {
    const tenantId = listedTenant(caller, query.tenant) ?? caller.tenantId
    const group = await context.store.groups.find(tenantId, params.name)
    if (group === null) throw notFound()
    return respondJson(200, groupDocument(group, await context.store.groups.countRunning(tenantId, params.name)))
  },
})

const close = defineRoute({
  method: 'post',
  path: '/v1/groups/{name}/close',
  operationId: 'closeGroup',
  summary: 'Say that no more jobs will come to a group',
  tag: 'Jobs',
  scope: 'jobs:write',
  action: 'group.close',
  params: GroupParams,
  responses: { 200: { description: 'Closed, now or before. `group.completed` follows when every job of it has ended.', schema: Group } },
  async handle({ context, caller: { tenantId }, params }) {
    const group = await closeGroup(context, tenantId, params.name)
    return respondJson(200, groupDocument(group, await context.store.groups.countRunning(tenantId, params.name)))
  },
})

/** The routes of groups. */
export const groupRoutes = [read, close]
