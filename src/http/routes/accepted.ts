/** The answer to a job that was just submitted: at once, or after the wait its submitter prefers. */
import { isFinished } from '../../domain/job.ts'
import { estimateJob } from '../../lifecycle/jobs/estimate.ts'
import type { Submitted } from '../../lifecycle/jobs/submit-job.ts'
import { waitForJob } from '../../lifecycle/jobs/wait-for-job.ts'
import type { Context, Reader } from '../../lifecycle/process/context.ts'
import { jobDocument } from '../../wire/documents/job.ts'
import { operationUrl, statusUrl } from '../../wire/documents/urls.ts'
import { Job } from '../../wire/schemas/job.ts'
import { RATE_LIMIT_HEADERS } from '../admission/rate-limit.ts'
import { type Preference, preferenceApplied } from '../kit/prefer.ts'
import { NO_STORE, respond } from '../kit/respond.ts'
import type { ResponseDoc } from '../kit/route.ts'

const HEADERS = {
  location: 'The status URL.',
  'operation-location': 'The same job as an operation, for clients that poll those.',
  link: 'The status URL as `rel="monitor"`.',
  'retry-after': 'Seconds until the job is expected to have ended.',
  'idempotent-replayed': '`true` when the key had made this job before.',
  'preference-applied': 'What was applied of `Prefer`.',
  ...RATE_LIMIT_HEADERS,
}

/** The answers to a submit, for the API page. */
export const ACCEPTED: Readonly<Record<200 | 202, ResponseDoc>> = {
  202: { description: 'The job is on disk.', schema: Job, headers: HEADERS },
  200: { description: 'The job has ended within the preferred wait.', schema: Job, headers: HEADERS },
}

/** The request headers of a submit, for the API page. */
export const SUBMIT_HEADERS = {
  'Idempotency-Key': 'Makes a repeated submit answer with the first one’s job. 1 to 255 printable characters.',
  Prefer: '`wait=N` holds the answer up to N seconds (at most 60; `wait` alone: 60) for the end of the job.',
  traceparent: 'W3C trace context, handed on to handler, upstream and callbacks; made when there is none.',
}

/** What the submitter asks for besides the job. */
interface Asked {
  reader: Reader
  prefer: Preference
  /** Its signal aborts when the client is gone. Making one costs something: only a wait asks for it. */
  request: Pick<Request, 'signal'>
  /** Go with the answer. */
  headers: Readonly<Record<string, string>>
}

/** 202, or 200 when the job has ended within the preferred wait. */
export async function respondAccepted(
  context: Context,
  { view: submitted, replayed }: Submitted,
  { reader, prefer, request, headers }: Asked,
): Promise<Response> {
  const view =
    prefer.wait === null || prefer.wait === 0 || isFinished(submitted.job)
      ? submitted
      : await waitForJob(context, reader, submitted.job.id, {
          ms: prefer.wait * 1000,
          signal: request.signal,
          until: ({ job }) => isFinished(job),
        })
  const { retryAfterSeconds, ...expected } = await estimateJob(context, view)
  const url = statusUrl(view.job.id, context.settings)
  const endedInTime = prefer.wait !== null && isFinished(view.job)
  return respond(endedInTime ? 200 : 202, jobDocument(view, expected, context.settings), {
    ...headers,
    ...NO_STORE,
    location: url,
    'operation-location': operationUrl(view.job.id, context.settings),
    link: `<${url}>; rel="monitor"`,
    ...(endedInTime ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
    ...preferenceApplied(prefer),
  })
}
