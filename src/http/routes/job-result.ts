/** GET /v1/jobs/{id}/result: what the handler answered, as the bytes and type it answered with. */
import { hash } from 'node:crypto'
import { ProblemError } from '../../domain/errors.ts'
import { type CompletedJob, isFinished } from '../../domain/job.ts'
import { type ResultInfo, unreadableFailure } from '../../domain/job-outcome.ts'
import type { JobView } from '../../domain/job-view.ts'
import { findJob } from '../../lifecycle/access/find-job.ts'
import { estimateJob } from '../../lifecycle/jobs/estimate.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { StoredBytes } from '../../ports/jobs.ts'
import { publicFailure } from '../../wire/documents/job.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { ReadResult } from '../../wire/schemas/job.ts'
import { type ByteRange, byteRange, rangeStillMeant } from '../kit/byte-range.ts'
import { attachment } from '../kit/content-disposition.ts'
import { matchesEtag } from '../kit/etag.ts'
import { problem } from '../kit/problem.ts'
import { respond, respondEmpty } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

/** The content comes from a handler: a browser that opens it must not run it. */
const UNTRUSTED = { 'content-security-policy': 'sandbox', 'cache-control': 'private, no-cache' } as const
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json[ \t]*(?:;|$)/i

/** Two by name, for client generators that ignore a wildcard. */
const CONTENT_TYPES = ['application/json', 'application/octet-stream', '*/*']

const HEADERS = {
  etag: 'Strong: a result never changes.',
  'accept-ranges': '`bytes`.',
  'content-digest': 'SHA-256 of the bytes of this answer (RFC 9530): with 206 those of the part.',
}

/** The result of a job. */
export const jobResultRoute = defineRoute({
  method: 'get',
  path: '/v1/jobs/{id}/result',
  operationId: 'readResult',
  summary: 'Read the result of a job',
  tag: 'Jobs',
  scope: 'jobs:read',
  takesToken: true,
  params: IdParams('job'),
  query: ReadResult,
  requestHeaders: {
    'If-None-Match': 'The ETag of an earlier answer: 304.',
    Range: 'A single range of bytes: 206, or 416 when it begins behind the end.',
    'If-Range': 'The ETag of an earlier answer: another one makes `Range` void.',
  },
  responses: {
    200: { description: 'The result with its own content type.', contentTypes: CONTENT_TYPES, headers: HEADERS },
    206: {
      description: 'The part that `Range` asks for.',
      contentTypes: CONTENT_TYPES,
      headers: { ...HEADERS, 'content-range': 'Which bytes of how many.' },
    },
    303: { description: 'The handler answered with a location.', headers: { location: 'Where the result is.' } },
    304: { description: 'The ETag still holds.', headers: { etag: HEADERS.etag, 'accept-ranges': HEADERS['accept-ranges'] } },
  },
  problems: ['not_finished', 'job_failed', 'job_canceled', 'gone', 'range_not_satisfiable', 'overloaded'],
  async handle({ context, caller, params, query, request, slot }) {
    const view = await findJob(context, caller.reader, params.id)
    const { job } = view
    if (job.damage !== undefined && isFinished(job)) {
      throw new ProblemError('job_failed', 'The stored record of the job cannot be read; see `error`.', {
        extra: { error: unreadableFailure(job.damage) },
      })
    }
    switch (job.status) {
      case 'pending':
      case 'running': {
        const { retryAfterSeconds } = await estimateJob(context, view)
        const refusal = new ProblemError('not_finished', `The job is ${job.status}.`, { retryAfterSeconds })
        return problem(context, refusal, {}, query.pending === undefined ? undefined : 503)
      }
      case 'failed':
        throw new ProblemError('job_failed', 'The job failed; see `error`.', { extra: { error: publicFailure(job.error) } })
      case 'canceled':
        throw new ProblemError('job_canceled', 'The job was canceled.')
    }
    const { result } = job
    if (result.kind === 'location') return respondEmpty(303, { location: result.url, ...UNTRUSTED })
    const etag = resultEtag(job, result.size)
    const headers = { ...UNTRUSTED, etag, 'accept-ranges': 'bytes' }
    if (matchesEtag(request.headers.get('if-none-match'), etag)) return respondEmpty(304, headers)
    const part = askedPart(request, result.size, etag)
    if (part === 'unsatisfiable') {
      const refusal = new ProblemError('range_not_satisfiable', `The result has ${result.size} bytes.`)
      return problem(context, refusal, { ...headers, 'content-range': `bytes */${result.size}` })
    }
    const length = part === null ? result.size : part.end - part.start
    slot.reserveAnswer(length)
    const { bytes, sha256 } = await resultBytes(context, view, part)
    return respond(part === null ? 200 : 206, bytes, {
      ...headers,
      ...typeHeaders(result),
      // HEAD has no body from which Node could count it.
      'content-length': String(length),
      'content-digest': `sha-256=:${Buffer.from(sha256).toString('base64')}:`,
      ...(part === null ? {} : { 'content-range': `bytes ${part.start}-${part.end - 1}/${result.size}` }),
    })
  },
})

/** A restored backup may run a job again, which then ends otherwise under the same id: the moment of its end tells the two apart. */
function resultEtag({ version, finishedAt }: CompletedJob, size: number): string {
  return `"${[version, finishedAt, size].map((part) => part.toString(36)).join('-')}"`
}

/** Only GET has ranges (RFC 9110 section 14.2). */
function askedPart({ method, headers }: Request, size: number, etag: string): ReturnType<typeof byteRange> {
  if (method !== 'GET' || !rangeStillMeant(headers.get('if-range'), etag)) return null
  return byteRange(headers.get('range'), size)
}

function typeHeaders(result: Exclude<ResultInfo, { kind: 'location' }>): Record<string, string> {
  if (result.kind === 'json') return { 'content-type': 'application/json' }
  const { contentType, filename } = result
  if (filename !== undefined) return { 'content-type': contentType, 'content-disposition': attachment(filename) }
  return { 'content-type': contentType, ...(JSON_TYPE.test(contentType) ? {} : { 'content-disposition': 'attachment' }) }
}

async function resultBytes(context: Context, view: JobView, part: ByteRange | null): Promise<StoredBytes> {
  if (view.inlineResult !== null) {
    const bytes = part === null ? view.inlineResult : view.inlineResult.subarray(part.start, part.end)
    return { bytes, sha256: hash('sha256', bytes, 'buffer') }
  }
  const stored = await context.store.jobs.result(view.job.id, part)
  // The job was purged between the two reads.
  if (stored === null) throw new ProblemError('gone', 'This job has ended and its retention is over.')
  return stored
}
