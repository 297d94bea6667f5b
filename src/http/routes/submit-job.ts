/** POST /v1/jobs */
import { hash } from 'node:crypto'
import type { z } from '@hono/zod-openapi'
import { canonicalHeaders } from '../../domain/callback-headers.ts'
import { isFinished, JOB_EVENT_TYPES, type JobCallback } from '../../domain/job.ts'
import { jobDocument, statusUrl } from '../../domain/job-document.ts'
import { outlook } from '../../lifecycle/outlook.ts'
import { type SubmitInput, submitJob } from '../../lifecycle/submit-job.ts'
import { waitForJob } from '../../lifecycle/wait-for-job.ts'
import type { World } from '../../lifecycle/world.ts'
import { type JsonBody, memberBytes } from '../body.ts'
import { preferenceApplied, readPrefer } from '../prefer.ts'
import { createSubmitLimit, describePendingLimit } from '../rate-limit.ts'
import { NO_STORE, respond } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { momentOf } from '../schemas/common.ts'
import { Job, SubmitJob } from '../schemas/job.ts'
import { invalidRequest } from '../validate.ts'

/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const NO_PAYLOAD = new TextEncoder().encode('null')

const ACCEPTED_HEADERS = {
  location: 'The status URL.',
  link: 'The status URL as `rel="monitor"`.',
  'retry-after': 'Seconds until the job is expected to have ended.',
  'idempotent-replayed': '`true` when the key had made this job before.',
  'preference-applied': 'What was applied of `Prefer`.',
}

export function submitJobRoute(world: World) {
  const submitLimit = createSubmitLimit(world.clock)

  return defineRoute({
    method: 'post',
    path: '/v1/jobs',
    operationId: 'submitJob',
    summary: 'Submit a job',
    tag: 'Jobs',
    scope: 'jobs:write',
    body: SubmitJob,
    requestHeaders: {
      'Idempotency-Key': 'Makes a repeated submit answer with the first one’s job. 1 to 255 printable characters.',
      Prefer: '`wait=N` holds the answer up to N seconds (at most 60) for the end of the job.',
      traceparent: 'W3C trace context, handed on to the handler.',
    },
    responses: {
      202: { description: 'The job is on disk.', schema: Job, headers: ACCEPTED_HEADERS },
      200: { description: 'The job has ended within the preferred wait.', schema: Job, headers: ACCEPTED_HEADERS },
    },
    problems: ['unknown_job_type', 'callback_url_forbidden', 'idempotency_key_reused', 'in_flight', 'gone', 'rate_limited', 'overloaded'],
    callbacks: { jobEnded: '{$request.body#/callback_url}' },
    admit: submitLimit,
    async handle({ caller, request, body, raw, headers, visit }) {
      const prefer = readPrefer(request.headers.get('prefer'))
      const input = submitInput(caller.tenantId, body, raw, request.headers)
      const { view: submitted, replayed } = await submitJob(world, input).catch((error) => {
        describePendingLimit(caller, error, headers)
        throw error
      })
      visit.leave()
      const view =
        prefer.wait === null || prefer.wait === 0 || isFinished(submitted.job)
          ? submitted
          : await waitForJob(world, { tenantId: caller.tenantId }, submitted.job.id, {
              ms: prefer.wait * 1000,
              signal: request.signal,
              until: ({ job }) => isFinished(job),
            })
      const { retryAfterSeconds, ...expected } = await outlook(world, view)
      const url = statusUrl(view.job.id, world.settings)
      const endedInTime = prefer.wait !== null && isFinished(view.job)
      return respond(endedInTime ? 200 : 202, jobDocument(view, expected, world.settings), {
        ...headers,
        ...NO_STORE,
        location: url,
        link: `<${url}>; rel="monitor"`,
        ...(endedInTime ? {} : { 'retry-after': String(retryAfterSeconds) }),
        ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
        ...preferenceApplied(prefer),
      })
    },
  })
}

function submitInput(tenantId: string, job: z.output<typeof SubmitJob>, raw: JsonBody, headers: Headers): SubmitInput {
  const key = idempotencyKey(headers.get('idempotency-key'))
  const traceparent = headers.get('traceparent')
  return {
    tenantId,
    type: job.type,
    payload: memberBytes(raw, 'payload') ?? NO_PAYLOAD,
    callback: callbackOf(job),
    callbackPointer: job.callback == null ? '/callback_url' : '/callback/url',
    runAt: momentOf(job.run_at),
    timeoutMs: job.timeout_seconds == null ? null : Math.ceil(job.timeout_seconds * 1000),
    maxAttempts: job.max_attempts ?? null,
    priority: job.priority ?? 0,
    tags: job.tags ?? [],
    metadata: job.metadata ?? {},
    traceparent: traceparent !== null && TRACEPARENT.test(traceparent) ? traceparent : null,
    idempotency: key === null ? null : { key, bodyHash: hash('sha256', raw.bytes, 'buffer') },
  }
}

function callbackOf(job: z.output<typeof SubmitJob>): JobCallback | null {
  const url = job.callback?.url ?? job.callback_url
  if (url == null) return null
  return { url, events: job.callback?.events ?? JOB_EVENT_TYPES, headers: canonicalHeaders(job.callback?.headers ?? {}) }
}

/** `"k"` (a structured-field string) and `k` are the same key. */
function idempotencyKey(header: string | null): string | null {
  if (header === null) return null
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw invalidRequest([{ pointer: 'Idempotency-Key', detail: 'Must be 1 to 255 printable ASCII characters.' }])
  }
  return key
}
