/** GET /v1/jobs · POST /v1/jobs/{id}/cancel */

import { isExpired } from '../../lifecycle/access/find-job.ts'
import { cancelJob } from '../../lifecycle/jobs/cancel-job.ts'
import { outlook } from '../../lifecycle/jobs/estimate.ts'
import { jobDocument, NO_ESTIMATE, operationUrl } from '../../wire/job-document.ts'
import { IdParams, listSchema } from '../../wire/schemas/common.ts'
import { Job } from '../../wire/schemas/job.ts'
import { ListJobs } from '../../wire/schemas/job-filter.ts'
import { isAdmin } from '../kit/auth.ts'
import { listedTenant, readPage, respondPage } from '../kit/page.ts'
import { NO_STORE, respond } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'
import { jobFilter } from './job-filter.ts'

const listJobs = defineRoute({
  method: 'get',
  path: '/v1/jobs',
  operationId: 'listJobs',
  summary: 'List jobs, newest first',
  tag: 'Jobs',
  scope: 'jobs:read',
  query: ListJobs,
  responses: { 200: { description: 'A page of jobs.', schema: listSchema(Job), headers: { link: 'The next page, `rel="next"`.' } } },
  async handle({ context, caller, query, request }) {
    const tenantId = listedTenant(caller, query.tenant)
    const page = await context.store.jobs.list({
      ...readPage('jobs', tenantId, query),
      ...jobFilter(context, tenantId, query),
    })
    const shown = { tenantId: query.tenant !== undefined, internal: isAdmin(caller) }
    const documents = page.rows
      .filter((view) => !isExpired(context, view))
      .map(async (view) => jobDocument(view, await outlook(context, view), context.settings, shown))
    return respondPage('jobs', tenantId, { rows: await Promise.all(documents), next: page.next }, request.url, context.settings.publicUrl())
  },
})

const cancel = defineRoute({
  method: 'post',
  path: '/v1/jobs/{id}/cancel',
  operationId: 'cancelJob',
  summary: 'Cancel a job',
  tag: 'Jobs',
  scope: 'jobs:write',
  params: IdParams('job'),
  responses: {
    200: { description: 'The job is canceled, now or since before.', schema: Job },
    202: {
      description: 'A running handler must stop first; the job ends `canceled` within 5 s.',
      schema: Job,
      headers: { 'retry-after': 'Seconds.', 'operation-location': 'The same job as an operation.' },
    },
  },
  problems: ['already_finished', 'gone', 'overloaded'],
  async handle({ context, caller, params }) {
    const { view, canceled } = await cancelJob(context, caller.reader, params.id)
    if (canceled) return respond(200, jobDocument(view, NO_ESTIMATE, context.settings), NO_STORE)
    const { retryAfterSeconds, ...expected } = await outlook(context, view)
    return respond(202, jobDocument(view, expected, context.settings), {
      ...NO_STORE,
      'retry-after': String(retryAfterSeconds),
      'operation-location': operationUrl(view.job.id, context.settings),
    })
  },
})

export const jobRoutes = [listJobs, cancel]
