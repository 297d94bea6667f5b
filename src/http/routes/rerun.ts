/** POST /v1/jobs/{id}/rerun · POST /v1/jobs/rerun */
import type { TenantLimits } from '../../domain/tenant.ts'
import { rerunJob } from '../../lifecycle/jobs/rerun-job.ts'
import { countReruns, rerunJobs } from '../../lifecycle/jobs/rerun-jobs.ts'
import { timestamp } from '../../wire/documents/timestamp.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { TenantQuery } from '../../wire/schemas/list.ts'
import { RerunAnswer, RerunJobs, RerunPreview } from '../../wire/schemas/rerun.ts'
import { momentOf } from '../../wire/schemas/time.ts'
import { describePendingLimit, type SubmitLimit } from '../admission/submit-limit.ts'
import { listedTenant } from '../kit/page.ts'
import { readPrefer } from '../kit/prefer.ts'
import { respondJson } from '../kit/respond.ts'
import { type AnyRoute, defineRoute } from '../kit/route.ts'
import { ACCEPTED, respondAccepted, SUBMIT_HEADERS } from './accepted.ts'
import { jobFilter } from './job-filter.ts'
import { idempotencyOf } from './submit-headers.ts'

/** One request reruns at most so many jobs. */
const RERUN_LIMIT = 10_000

/** The routes of reruns, which count as submits. */
export function rerunRoutes(submitLimit: SubmitLimit): readonly AnyRoute[] {
  const one = defineRoute({
    method: 'post',
    path: '/v1/jobs/{id}/rerun',
    operationId: 'rerunJob',
    summary: 'Submit a job that has ended once more: a new job with the same payload, callback, tags and metadata',
    tag: 'Jobs',
    scope: 'jobs:write',
    action: 'job.rerun',
    params: IdParams('job'),
    requestHeaders: SUBMIT_HEADERS,
    traced: true,
    responses: ACCEPTED,
    problems: [
      'not_finished',
      'conflict',
      'unknown_job_type',
      'callback_url_forbidden',
      'idempotency_key_reused',
      'in_flight',
      'gone',
      'rate_limited',
      'overloaded',
    ],
    async handle({ context, caller, params, request, headers, slot, traceparent }) {
      const prefer = readPrefer(request.headers.get('prefer'))
      let limits: TenantLimits = {}
      const submitted = await rerunJob(context, caller.reader, params.id, {
        idempotency: idempotencyOf(request.headers, `rerun ${params.id}`),
        traceparent,
        admit(owner) {
          limits = owner.limits
          submitLimit({ tenantId: owner.id, limits }, headers)
        },
      }).catch((error) => {
        describePendingLimit({ limits }, error, headers)
        throw error
      })
      slot.releaseWrite()
      return respondAccepted(context, submitted, { reader: caller.reader, prefer, request, headers })
    },
  })

  const byFilter = defineRoute({
    method: 'post',
    path: '/v1/jobs/rerun',
    operationId: 'rerunJobs',
    summary: 'Submit all ended jobs that fit and have no rerun yet once more',
    tag: 'Jobs',
    scope: 'jobs:write',
    action: 'jobs.rerun',
    query: TenantQuery,
    body: RerunJobs,
    responses: {
      200: { description: 'With `dry_run`: what would be rerun, by type and error code, largest groups first.', schema: RerunPreview },
      202: {
        description: 'New jobs, each once, for the tenants of their originals and within the limits of these. At most 10,000.',
        schema: RerunAnswer,
      },
    },
    problems: ['rate_limited', 'overloaded'],
    async handle({ context, caller, query, body }) {
      const now = context.clock.now()
      const endedBefore = Math.min(now, momentOf(body.as_of) ?? now)
      const jobs = { ...jobFilter(context, listedTenant(caller, query.tenant), body.filter), endedBefore }
      if (body.dry_run === true) {
        const { total, groups } = await countReruns(context, jobs)
        const by = groups.map(({ type, errorCode, count }) => ({ type, error_code: errorCode, count }))
        return respondJson(200, { would_rerun: total, by, as_of: timestamp(endedBefore) })
      }
      const { rerun, hasMore } = await rerunJobs(context, jobs, {
        limit: RERUN_LIMIT,
        admit: (owner) => submitLimit({ tenantId: owner.id, limits: owner.limits }, {}),
      })
      return respondJson(202, { rerun, has_more: hasMore, as_of: timestamp(endedBefore) })
    },
  })

  return [one, byFilter]
}
