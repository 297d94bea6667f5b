/** GET /v1/jobs · POST /v1/jobs/{id}/cancel */
import { jobDocument, NO_OUTLOOK, operationUrl } from '../../domain/job-document.ts'
import { cancelJob } from '../../lifecycle/cancel-job.ts'
import { isExpired } from '../../lifecycle/find-job.ts'
import { outlook } from '../../lifecycle/outlook.ts'
import { isAdmin } from '../auth.ts'
import { jobFilter } from '../job-filter.ts'
import { listedTenant, readPage, respondPage } from '../page.ts'
import { NO_STORE, respond } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams, listSchema } from '../schemas/common.ts'
import { Job } from '../schemas/job.ts'
import { ListJobs } from '../schemas/job-filter.ts'

const listJobs = defineRoute({
  method: 'get',
  path: '/v1/jobs',
  operationId: 'listJobs',
  summary: 'List jobs, newest first',
  tag: 'Jobs',
  scope: 'jobs:read',
  query: ListJobs,
  responses: { 200: { description: 'A page of jobs.', schema: listSchema(Job), headers: { link: 'The next page, `rel="next"`.' } } },
  async handle({ world, caller, query, request }) {
    const tenantId = listedTenant(caller, query.tenant)
    const page = await world.store.listJobs({
      ...readPage('jobs', tenantId, query),
      ...jobFilter(world, tenantId, query),
    })
    const shown = { tenantId: query.tenant !== undefined, internal: isAdmin(caller) }
    const documents = page.rows
      .filter((view) => !isExpired(world, view))
      .map(async (view) => jobDocument(view, await outlook(world, view), world.settings, shown))
    return respondPage('jobs', tenantId, { rows: await Promise.all(documents), next: page.next }, request.url, world.settings.publicUrl)
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
  async handle({ world, caller, params }) {
    const { view, canceled } = await cancelJob(world, caller.reader, params.id)
    if (canceled) return respond(200, jobDocument(view, NO_OUTLOOK, world.settings), NO_STORE)
    const { retryAfterSeconds, ...expected } = await outlook(world, view)
    return respond(202, jobDocument(view, expected, world.settings), {
      ...NO_STORE,
      'retry-after': String(retryAfterSeconds),
      'operation-location': operationUrl(view.job.id, world.settings),
    })
  },
})

export const jobRoutes = [listJobs, cancel]
