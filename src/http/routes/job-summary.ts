/** GET /v1/jobs/summary */
import { timestamp } from '../../domain/job-document.ts'
import { listedTenant, shownTenant } from '../page.ts'
import { respondJson } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { momentOf } from '../schemas/common.ts'
import { JobSummary, SummarizeJobs } from '../schemas/job-summary.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export const jobSummaryRoute = defineRoute({
  method: 'get',
  path: '/v1/jobs/summary',
  operationId: 'summarizeJobs',
  summary: 'Jobs counted by type, status and error code',
  tag: 'Jobs',
  scope: 'jobs:read',
  query: SummarizeJobs,
  responses: { 200: { description: 'The counts of the jobs created since.', schema: JobSummary } },
  async handle({ world, caller, query }) {
    const tenantId = listedTenant(caller, query.tenant)
    const createdAfter = momentOf(query.created_after) ?? world.clock.now() - DAY_MS
    const { groups, complete } = await world.store.summarizeJobs({ tenantId, createdAfter })
    const data = groups.map((group) => ({
      ...shownTenant(query.tenant, group.tenantId),
      type: group.type,
      status: group.status,
      error_code: group.errorCode,
      count: group.count,
    }))
    return respondJson(200, { data, created_after: timestamp(createdAfter), complete })
  },
})
