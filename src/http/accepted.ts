/** The answer to a job that was just submitted: at once, or after the wait its submitter prefers. */
import { isFinished } from '../domain/job.ts'
import { jobDocument, operationUrl, statusUrl } from '../domain/job-document.ts'
import { outlook } from '../lifecycle/outlook.ts'
import type { Submitted } from '../lifecycle/submit-job.ts'
import { waitForJob } from '../lifecycle/wait-for-job.ts'
import type { Reader, World } from '../lifecycle/world.ts'
import { type Preference, preferenceApplied } from './prefer.ts'
import { RATE_LIMIT_HEADERS } from './rate-limit.ts'
import { NO_STORE, respond } from './respond.ts'
import type { ResponseDoc } from './route.ts'
import { Job } from './schemas/job.ts'

const HEADERS = {
  location: 'The status URL.',
  'operation-location': 'The same job as an operation, for clients that poll those.',
  link: 'The status URL as `rel="monitor"`.',
  'retry-after': 'Seconds until the job is expected to have ended.',
  'idempotent-replayed': '`true` when the key had made this job before.',
  'preference-applied': 'What was applied of `Prefer`.',
  ...RATE_LIMIT_HEADERS,
}

export const ACCEPTED: Readonly<Record<200 | 202, ResponseDoc>> = {
  202: { description: 'The job is on disk.', schema: Job, headers: HEADERS },
  200: { description: 'The job has ended within the preferred wait.', schema: Job, headers: HEADERS },
}

/** Request headers that a submit heeds. */
export const SUBMIT_HEADERS = {
  'Idempotency-Key': 'Makes a repeated submit answer with the first one’s job. 1 to 255 printable characters.',
  Prefer: '`wait=N` holds the answer up to N seconds (at most 60; `wait` alone: 60) for the end of the job.',
  traceparent: 'W3C trace context, handed on to the handler.',
}

/** 202, or 200 when the job has ended within the wait. `headers` go with the answer. */
export async function respondAccepted(
  world: World,
  reader: Reader,
  { view: submitted, replayed }: Submitted,
  prefer: Preference,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const view =
    prefer.wait === null || prefer.wait === 0 || isFinished(submitted.job)
      ? submitted
      : await waitForJob(world, reader, submitted.job.id, { ms: prefer.wait * 1000, signal, until: ({ job }) => isFinished(job) })
  const { retryAfterSeconds, ...expected } = await outlook(world, view)
  const url = statusUrl(view.job.id, world.settings)
  const endedInTime = prefer.wait !== null && isFinished(view.job)
  return respond(endedInTime ? 200 : 202, jobDocument(view, expected, world.settings), {
    ...headers,
    ...NO_STORE,
    location: url,
    'operation-location': operationUrl(view.job.id, world.settings),
    link: `<${url}>; rel="monitor"`,
    ...(endedInTime ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
    ...preferenceApplied(prefer),
  })
}
