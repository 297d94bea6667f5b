/** GET /v1/jobs/summary */
import { jobGroupDocument } from '../../wire/documents/job-summary.ts'
import { timestamp } from '../../wire/documents/timestamp.ts'
import { JobSummary, SummarizeJobs } from '../../wire/schemas/job-summary.ts'
import { momentOf } from '../../wire/schemas/time.ts'
import { listedTenant, shownTenant } from '../kit/page.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Jobs in numbers. */
export const jobSummaryRoute = defineRoute({
  method: 'get',
  path: '/v1/jobs/summary',
  operationId: 'summarizeJobs',
  summary: 'Jobs counted by type, status and error code',
  tag: 'Jobs',
  scope: 'jobs:read',
  query: SummarizeJobs,
  responses: { 200: { description: 'The counts of the jobs created since.', schema: JobSummary } },
  async handle({ context, caller, query }) {
    const tenantId = listedTenant(caller, query.tenant)
    const createdAfter = momentOf(query.created_after) ?? context.clock.now() - DAY_MS
    const { groups, complete } = await context.store.jobs.summarize({ tenantId, createdAfter, failures: null })
    const data = groups.map((group) => ({ ...shownTenant(query.tenant, group.tenantId), ...jobGroupDocument(group) }))
    return respondJson(200, { data, created_after: timestamp(createdAfter), complete })
  },
})
