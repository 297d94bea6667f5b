/** GET /v1/jobs/{id}: the status document, at once, when the job has ended, or when the document changes. */
import type { z } from 'zod'
import { isFinished, type Job as JobRecord } from '../../domain/job.ts'
import type { JobView } from '../../domain/job-view.ts'
import { findJob } from '../../lifecycle/access/find-job.ts'
import { estimateJob } from '../../lifecycle/jobs/estimate.ts'
import { waitForJob } from '../../lifecycle/jobs/wait-for-job.ts'
import type { Context, Reader } from '../../lifecycle/process/context.ts'
import { jobDocument, jobEtag } from '../../wire/documents/job.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { Job, ReadJob } from '../../wire/schemas/job.ts'
import { isAdmin } from '../kit/auth.ts'
import { matchesEtag } from '../kit/etag.ts'
import { preferenceApplied, readPrefer, waitSeconds } from '../kit/prefer.ts'
import { respond, respondEmpty } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const HEADERS = {
  etag: 'Over job, progress, callback and `overdue`; not over the two estimates.',
  'retry-after': 'Seconds until asking again is worth it; absent once the job has ended.',
  'preference-applied': 'What was applied of `Prefer`.',
}

/** The job document. */
export const readJobRoute = defineRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  operationId: 'readJob',
  summary: 'Read a job',
  tag: 'Jobs',
  scope: 'jobs:read',
  takesToken: true,
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
  async handle({ context, caller, params: { id }, query, request }) {
    const prefer = query.wait === undefined ? readPrefer(request.headers.get('prefer')) : null
    const seconds = query.wait === undefined ? (prefer?.wait ?? 0) : waitSeconds(query.wait, '?wait')
    const known = request.headers.get('if-none-match')
    const view = await viewAfterWait(context, caller.reader, { id, seconds, known, request })
    const { retryAfterSeconds, ...expected } = await estimateJob(context, view)
    const etag = jobEtag(view, expected.overdue)
    const headers = {
      etag,
      'cache-control': 'private, no-cache',
      ...(isFinished(view.job) ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(prefer?.wait == null ? {} : preferenceApplied({ wait: prefer.wait, respondAsync: false })),
    }
    if (matchesEtag(known, etag)) return respondEmpty(304, headers)
    const shown = { tenantId: false, internal: isAdmin(caller) }
    return respond(statusOf(view.job, query), jobDocument(view, expected, context.settings, shown), headers)
  },
})

/** 200, or what a poller that reads codes alone has asked for. */
function statusOf(job: JobRecord, { pending, failed }: z.output<typeof ReadJob>): number {
  if (!isFinished(job)) return pending === undefined ? 200 : 202
  return failed === undefined || job.status === 'completed' ? 200 : 500
}

/** Which job is read, how long to wait for news of it (seconds), and the ETag that the client knows. */
interface Wait {
  id: string
  seconds: number
  known: string | null
  /** Its signal aborts when the client is gone. Making one costs something: only a wait asks for it. */
  request: Pick<Request, 'signal'>
}

/** The job as it is; with `seconds` once it has another ETag than the known one, or without a known one once it has ended. */
async function viewAfterWait(context: Context, reader: Reader, { id, seconds, known, request }: Wait): Promise<JobView> {
  const onArrival = await findJob(context, reader, id)
  if (seconds === 0) return onArrival
  const hasNews = async (view: JobView) => {
    if (known === null) return isFinished(view.job)
    const { overdue, overdueInMs } = await estimateJob(context, view)
    return !matchesEtag(known, jobEtag(view, overdue)) || (overdueInMs ?? false)
  }
  if ((await hasNews(onArrival)) === true) return onArrival
  return waitForJob(context, reader, id, { ms: seconds * 1000, signal: request.signal, until: hasNews })
}
