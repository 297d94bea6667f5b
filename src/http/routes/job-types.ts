/** GET /v1/job-types · POST /v1/job-types/{type}/pause · POST /v1/job-types/{type}/resume */
import type { JobTypePause } from '../../domain/pause.ts'
import { notFound } from '../../lifecycle/access/find-job.ts'
import { pauseJobType } from '../../lifecycle/jobs/pause-job-type.ts'
import { resumeJobType } from '../../lifecycle/jobs/resume-job-type.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import { jobTypeDocument } from '../../wire/documents/job-type.ts'
import { JobType, JobTypeParams, ListJobTypes } from '../../wire/schemas/job-type.ts'
import { type Caller, isAdmin } from '../kit/auth.ts'
import { listRoute } from '../kit/list-route.ts'
import { pageOf } from '../kit/page.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const list = listRoute({
  path: '/v1/job-types',
  operationId: 'listJobTypes',
  summary: 'Job types that can be submitted, by name, with what they take',
  tag: 'Jobs',
  scope: 'any',
  list: 'job-types',
  noun: 'job types',
  query: ListJobTypes,
  item: JobType,
  owner: () => null,
  // Types stay the same, and so do their positions, as long as the service runs.
  async page(page, { context }) {
    const pauses = await context.store.jobTypePauses.all()
    const { rows, next } = pageOf([...context.executor.types.values()].sort(byName), page)
    return { rows: rows.map((type) => ({ type, pause: pauses.find((one) => one.type === type.type) ?? null })), next }
  },
  document: ({ type, pause }, { context, caller }) => JSON.stringify(documentOf(context, caller, type.type, pause)),
})

const pause = defineRoute({
  method: 'post',
  path: '/v1/job-types/{type}/pause',
  operationId: 'pauseJobType',
  summary: 'Pause a job type: no run begins',
  tag: 'Jobs',
  scope: 'admin',
  action: 'job_type.pause',
  params: JobTypeParams,
  responses: {
    200: { description: 'Paused, until it is resumed or 30 days are over. Runs under way end as they would.', schema: JobType },
  },
  async handle({ context, caller, params }) {
    return respondJson(200, documentOf(context, caller, params.type, await pauseJobType(context, params.type)))
  },
})

const resume = defineRoute({
  method: 'post',
  path: '/v1/job-types/{type}/resume',
  operationId: 'resumeJobType',
  summary: 'Resume a paused job type',
  tag: 'Jobs',
  scope: 'admin',
  action: 'job_type.resume',
  params: JobTypeParams,
  responses: { 200: { description: 'No longer paused, now or since before.', schema: JobType } },
  async handle({ context, caller, params }) {
    await resumeJobType(context, params.type)
    return respondJson(200, documentOf(context, caller, params.type, null))
  },
})

/** The routes of job types. */
export const jobTypeRoutes = [list, pause, resume]

function documentOf(context: Context, caller: Caller, name: string, pause: JobTypePause | null) {
  const type = context.executor.types.get(name)
  if (type === undefined) throw notFound()
  return jobTypeDocument(type, { ...context.settings.job, pause, now: context.clock.now() }, { source: isAdmin(caller) })
}

function byName(a: { type: string }, b: { type: string }): number {
  return a.type < b.type ? -1 : 1
}
