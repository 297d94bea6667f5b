/** GET /v1/jobs/{id}/result: what the handler answered, as the bytes and type it answered with. */
import { hash } from 'node:crypto'
import { Refusal } from '../../domain/errors.ts'
import { type CompletedJob, isFinished, type ResultInfo, unreadableFailure } from '../../domain/job.ts'
import { type JobView, publicFailure } from '../../domain/job-document.ts'
import { findJob } from '../../lifecycle/find-job.ts'
import { outlook } from '../../lifecycle/outlook.ts'
import type { World } from '../../lifecycle/world.ts'
import type { StoredBytes } from '../../ports.ts'
import { type ByteRange, byteRange, rangeStillMeant } from '../byte-range.ts'
import { attachment } from '../content-disposition.ts'
import { matchesEtag } from '../etag.ts'
import { problem } from '../problem.ts'
import { respond, respondEmpty } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams } from '../schemas/common.ts'
import { ReadResult } from '../schemas/job.ts'

/** A handler's content is not ours to vouch for: a browser that opens it must not run it. */
const UNTRUSTED = { 'content-security-policy': 'sandbox', 'cache-control': 'private, no-cache' } as const
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json[ \t]*(?:;|$)/i

/** The usual two by name, for generators that pass a wildcard over. */
const CONTENT_TYPES = ['application/json', 'application/octet-stream', '*/*']

const HEADERS = {
  etag: 'Strong: a result never changes.',
  'accept-ranges': '`bytes`.',
  'content-digest': 'SHA-256 of the bytes of this answer (RFC 9530): with 206 those of the part.',
}

export const jobResultRoute = defineRoute({
  method: 'get',
  path: '/v1/jobs/{id}/result',
  operationId: 'readResult',
  summary: 'Read the result of a job',
  tag: 'Jobs',
  scope: 'jobs:read',
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
  async handle({ world, caller, params, query, request, visit }) {
    const view = await findJob(world, caller.reader, params.id)
    const { job } = view
    if (job.damage !== undefined && isFinished(job)) {
      throw new Refusal('job_failed', 'The stored record of the job cannot be read; see `error`.', {
        extra: { error: unreadableFailure(job.damage) },
      })
    }
    switch (job.status) {
      case 'pending':
      case 'running': {
        const { retryAfterSeconds } = await outlook(world, view)
        const refusal = new Refusal('not_finished', `The job is ${job.status}.`, { retryAfterSeconds })
        return problem(world, refusal, {}, query.pending === undefined ? undefined : 503)
      }
      case 'failed':
        throw new Refusal('job_failed', 'The job failed; see `error`.', { extra: { error: publicFailure(job.error) } })
      case 'canceled':
        throw new Refusal('job_canceled', 'The job was canceled.')
    }
    const { result } = job
    if (result.kind === 'location') return respondEmpty(303, { location: result.url, ...UNTRUSTED })
    const etag = resultEtag(job, result.size)
    const headers = { ...UNTRUSTED, etag, 'accept-ranges': 'bytes' }
    if (matchesEtag(request.headers.get('if-none-match'), etag)) return respondEmpty(304, headers)
    const part = askedPart(request, result.size, etag)
    if (part === 'unsatisfiable') {
      const refusal = new Refusal('range_not_satisfiable', `The result has ${result.size} bytes.`)
      return problem(world, refusal, { ...headers, 'content-range': `bytes */${result.size}` })
    }
    const length = part === null ? result.size : part.end - part.start
    visit.holdAnswer(length)
    const { bytes, sha256 } = await resultBytes(world, view, part)
    return respond(part === null ? 200 : 206, bytes, {
      ...headers,
      ...typeHeaders(result),
      // Said, because HEAD has no body to count.
      'content-length': String(length),
      'content-digest': `sha-256=:${Buffer.from(sha256).toString('base64')}:`,
      ...(part === null ? {} : { 'content-range': `bytes ${part.start}-${part.end - 1}/${result.size}` }),
    })
  },
})

/** Of a restored backup a job may run again and end otherwise under the same id: then another moment of its end tells them apart. */
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

async function resultBytes(world: World, view: JobView, part: ByteRange | null): Promise<StoredBytes> {
  if (view.inlineResult !== null) {
    const bytes = part === null ? view.inlineResult : view.inlineResult.subarray(part.start, part.end)
    return { bytes, sha256: hash('sha256', bytes, 'buffer') }
  }
  const stored = await world.store.result(view.job.id, part)
  // The job was purged between the two reads.
  if (stored === null) throw new Refusal('gone', 'This job has ended and its retention is over.')
  return stored
}
