/** POST /v1/jobs */
import type { z } from 'zod'
import { canonicalHeaders } from '../../domain/callback-headers.ts'
import { JOB_EVENT_TYPES, type JobCallback } from '../../domain/job.ts'
import { type SubmitInput, submitJob } from '../../lifecycle/jobs/submit-job.ts'
import { SubmitJob } from '../../wire/schemas/submit-job.ts'
import { momentOf } from '../../wire/schemas/time.ts'
import { describePendingLimit, type SubmitLimit } from '../admission/rate-limit.ts'
import { type JsonBody, memberBytes } from '../kit/body.ts'
import { readPrefer } from '../kit/prefer.ts'
import { defineRoute } from '../kit/route.ts'
import { ACCEPTED, respondAccepted, SUBMIT_HEADERS } from './accepted.ts'
import { idempotencyOf, traceparentOf } from './submit-headers.ts'

const NO_PAYLOAD = new TextEncoder().encode('null')

export function submitJobRoute(submitLimit: SubmitLimit) {
  return defineRoute({
    method: 'post',
    path: '/v1/jobs',
    operationId: 'submitJob',
    summary: 'Submit a job',
    tag: 'Jobs',
    scope: 'jobs:write',
    body: SubmitJob,
    requestHeaders: SUBMIT_HEADERS,
    responses: ACCEPTED,
    problems: ['unknown_job_type', 'callback_url_forbidden', 'idempotency_key_reused', 'in_flight', 'gone', 'rate_limited', 'overloaded'],
    callbacks: { jobEnded: '{$request.body#/callback_url}' },
    admit: submitLimit,
    async handle({ context, caller, request, body, raw, headers, visit }) {
      const prefer = readPrefer(request.headers.get('prefer'))
      const input = submitInput(caller.tenantId, body, raw, request.headers)
      const submitted = await submitJob(context, input).catch((error) => {
        describePendingLimit(caller, error, headers)
        throw error
      })
      visit.leave()
      return respondAccepted(context, { tenantId: caller.tenantId }, submitted, prefer, request.signal, headers)
    },
  })
}

function submitInput(tenantId: string, job: z.output<typeof SubmitJob>, raw: JsonBody, headers: Headers): SubmitInput {
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
    traceparent: traceparentOf(headers),
    rerunOf: null,
    idempotency: idempotencyOf(headers, raw.bytes),
  }
}

function callbackOf(job: z.output<typeof SubmitJob>): JobCallback | null {
  const url = job.callback?.url ?? job.callback_url
  if (url == null) return null
  return { url, events: job.callback?.events ?? JOB_EVENT_TYPES, headers: canonicalHeaders(job.callback?.headers ?? {}) }
}
