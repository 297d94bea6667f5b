/** POST /v1/jobs */
import type { z } from 'zod'
import { canonicalHeaders } from '../../domain/callback-headers.ts'
import { ProblemError } from '../../domain/errors.ts'
import { JOB_EVENT_TYPES, type JobCallback } from '../../domain/job.ts'
import { type SubmitInput, submitJob } from '../../lifecycle/jobs/submit-job.ts'
import { SubmitJob } from '../../wire/schemas/submit-job.ts'
import { momentOf } from '../../wire/schemas/time.ts'
import { describePendingLimit, type SubmitLimit } from '../admission/submit-limit.ts'
import { type JsonBody, memberBytes } from '../kit/body.ts'
import { readPrefer } from '../kit/prefer.ts'
import { defineRoute } from '../kit/route.ts'
import { ACCEPTED, respondAccepted, SUBMIT_HEADERS } from './accepted.ts'
import { idempotencyOf } from './submit-headers.ts'

const NO_PAYLOAD = new TextEncoder().encode('null')

/** The submit of a job, within the limit of its tenant. */
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
    traced: true,
    responses: ACCEPTED,
    problems: [
      'conflict',
      'unknown_job_type',
      'callback_url_forbidden',
      'idempotency_key_reused',
      'in_flight',
      'gone',
      'rate_limited',
      'overloaded',
    ],
    callbacks: { jobEnded: '{$request.body#/callback_url}' },
    admit: submitLimit,
    async handle({ context, caller, request, body, raw, headers, slot, traceparent }) {
      const prefer = readPrefer(request.headers.get('prefer'))
      const input = { ...submitInput(caller.tenantId, body, raw, request.headers), traceparent }
      const submitted = await submitJob(context, input).catch((error) => {
        describePendingLimit(caller, error, headers)
        throw body.callback == null ? atShortForm(error) : error
      })
      slot.releaseWrite()
      return respondAccepted(context, submitted, { reader: { tenantId: caller.tenantId }, prefer, request, headers })
    },
  })
}

function submitInput(tenantId: string, job: z.output<typeof SubmitJob>, raw: JsonBody, headers: Headers): Omit<SubmitInput, 'traceparent'> {
  return {
    tenantId,
    type: job.type,
    payload: memberBytes(raw, 'payload') ?? NO_PAYLOAD,
    callback: callbackOf(job),
    runAt: momentOf(job.run_at),
    timeoutMs: job.timeout_seconds == null ? null : Math.ceil(job.timeout_seconds * 1000),
    maxAttempts: job.max_attempts ?? null,
    priority: job.priority ?? 0,
    tags: job.tags ?? [],
    metadata: job.metadata ?? {},
    rerunOf: null,
    group: job.group ?? null,
    idempotency: idempotencyOf(headers, raw.bytes),
  }
}

/** A refusal of the callback URL names the place where the short form has it. */
function atShortForm(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error
  const { code, message, faults, retryAfterSeconds, extra } = error
  const moved = faults.map((fault) => (fault.pointer === '/callback/url' ? { ...fault, pointer: '/callback_url' } : fault))
  return new ProblemError(code, message, { faults: moved, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }), extra })
}

function callbackOf(job: z.output<typeof SubmitJob>): JobCallback | null {
  const url = job.callback?.url ?? job.callback_url
  if (url == null) return null
  return { url, events: job.callback?.events ?? JOB_EVENT_TYPES, headers: canonicalHeaders(job.callback?.headers ?? {}) }
}
