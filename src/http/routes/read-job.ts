/** GET /v1/jobs/{id}: the status document, at once, when the job has ended, or when the document changes. */
import type { z } from '@hono/zod-openapi'
import { isFinished, type Job as JobRecord } from '../../domain/job.ts'
import { type JobView, jobDocument, jobEtag } from '../../domain/job-document.ts'
import { findJob } from '../../lifecycle/find-job.ts'
import { outlook } from '../../lifecycle/outlook.ts'
import { waitForJob } from '../../lifecycle/wait-for-job.ts'
import type { Reader, World } from '../../lifecycle/world.ts'
import { isAdmin } from '../auth.ts'
import { matchesEtag } from '../etag.ts'
import { preferenceApplied, readPrefer, waitSeconds } from '../prefer.ts'
import { respond, respondEmpty } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams } from '../schemas/common.ts'
import { Job, ReadJob } from '../schemas/job.ts'

const HEADERS = {
  etag: 'Over job, progress, callback and `overdue`; not over the two estimates.',
  'retry-after': 'Seconds until asking again is worth it; absent once the job has ended.',
  'preference-applied': 'What was applied of `Prefer`.',
}

export const readJobRoute = defineRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  operationId: 'readJob',
  summary: 'Read a job',
  tag: 'Jobs',
  scope: 'jobs:read',
  params: IdParams('job'),
  query: ReadJob,
  requestHeaders: {
    'If-None-Match': 'An ETag of an earlier answer: 304 while it still holds.',
    Prefer: '`wait=N`, the same as the query parameter, which wins; `wait` alone is 60.',
  },
  responses: {
    200: { description: 'The job as it is now.', schema: Job, headers: HEADERS },
    202: { description: 'With `pending=202`: the same document of a job that has not ended.', schema: Job, headers: HEADERS },
    304: { description: 'The ETag still holds.', headers: HEADERS },
    500: { description: 'With `failed=500`: the same document of a job that failed or was canceled.', schema: Job, headers: HEADERS },
  },
  problems: ['gone', 'overloaded'],
  async handle({ world, caller, params: { id }, query, request }) {
    const prefer = query.wait === undefined ? readPrefer(request.headers.get('prefer')) : null
    const seconds = query.wait === undefined ? (prefer?.wait ?? 0) : waitSeconds(query.wait, '?wait')
    const known = request.headers.get('if-none-match')
    const view = await viewAfterWait(world, caller.reader, id, seconds, known, request)
    const { retryAfterSeconds, ...expected } = await outlook(world, view)
    const etag = jobEtag(view, expected.overdue)
    const headers = {
      etag,
      'cache-control': 'private, no-cache',
      ...(isFinished(view.job) ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(prefer?.wait == null ? {} : preferenceApplied({ wait: prefer.wait, respondAsync: false })),
    }
    if (matchesEtag(known, etag)) return respondEmpty(304, headers)
    const shown = { tenantId: false, internal: isAdmin(caller) }
    return respond(statusOf(view.job, query), jobDocument(view, expected, world.settings, shown), headers)
  },
})

/** 200, or what a poller that reads codes alone has asked for. */
function statusOf(job: JobRecord, { pending, failed }: z.output<typeof ReadJob>): number {
  if (!isFinished(job)) return pending === undefined ? 200 : 202
  return failed === undefined || job.status === 'completed' ? 200 : 500
}

/** Without a wait the job as it is. With an ETag the wait is for another one, else for the end. */
async function viewAfterWait(
  world: World,
  reader: Reader,
  id: string,
  seconds: number,
  known: string | null,
  request: Request,
): Promise<JobView> {
  const onArrival = await findJob(world, reader, id)
  if (seconds === 0) return onArrival
  const hasNews = async (view: JobView) => {
    if (known === null) return isFinished(view.job)
    const { overdue, overdueInMs } = await outlook(world, view)
    return !matchesEtag(known, jobEtag(view, overdue)) || (overdueInMs ?? false)
  }
  if ((await hasNews(onArrival)) === true) return onArrival
  return waitForJob(world, reader, id, { ms: seconds * 1000, signal: request.signal, until: hasNews })
}
