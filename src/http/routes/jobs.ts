/** GET /v1/jobs · POST /v1/jobs/{id}/cancel */
import { isExpired } from '../../lifecycle/access/find-job.ts'
import { cancelJob } from '../../lifecycle/jobs/cancel-job.ts'
import { estimateJob } from '../../lifecycle/jobs/estimate.ts'
import { jobDocument, NO_ESTIMATE } from '../../wire/documents/job.ts'
import { operationUrl } from '../../wire/documents/urls.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { Job } from '../../wire/schemas/job.ts'
import { ListJobs } from '../../wire/schemas/job-filter.ts'
import { isAdmin } from '../kit/auth.ts'
import { listRoute } from '../kit/list-route.ts'
import { NO_STORE, respond } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'
import { jobFilter } from './job-filter.ts'

const listJobs = listRoute({
  path: '/v1/jobs',
  operationId: 'listJobs',
  summary: 'List jobs, newest first',
  tag: 'Jobs',
  scope: 'jobs:read',
  list: 'jobs',
  noun: 'jobs',
  query: ListJobs,
  item: Job,
  async page(page, { context, query }) {
    const { rows, next } = await context.store.jobs.list({ ...page, ...jobFilter(context, page.tenantId, query) })
    return { rows: rows.filter((view) => !isExpired(context, view)), next }
  },
  async document(view, { context, caller, query }) {
    const shown = { tenantId: query.tenant !== undefined, internal: isAdmin(caller) }
    return jobDocument(view, await estimateJob(context, view), context.settings, shown)
  },
})

const cancel = defineRoute({
  method: 'post',
  path: '/v1/jobs/{id}/cancel',
  operationId: 'cancelJob',
  summary: 'Cancel a job',
  tag: 'Jobs',
  scope: 'jobs:write',
  action: 'job.cancel',
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
    const { retryAfterSeconds, ...expected } = await estimateJob(context, view)
    return respond(202, jobDocument(view, expected, context.settings), {
      ...NO_STORE,
      'retry-after': String(retryAfterSeconds),
      'operation-location': operationUrl(view.job.id, context.settings),
    })
  },
})

/** The routes of the list of jobs and the cancel. */
export const jobRoutes = [listJobs, cancel]
