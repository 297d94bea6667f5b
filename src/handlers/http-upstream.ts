/**
 * A job type done by an HTTP endpoint that the operator trusts: the payload's bytes are POSTed, a 2xx body is the result
 * (CONTRACT section 5). No address is judged, no redirect followed, nothing decompressed.
 */
import { Agent, type Dispatcher, request } from 'undici'
import type { JobResult, RunOutcome } from '../domain/job.ts'
import { parseRetryAfter } from '../domain/retry.ts'
import type { Clock, Run } from '../ports.ts'
import { isMediaType } from './names.ts'
import { tooLarge } from './result.ts'

/** Milliseconds for DNS, TCP and TLS. */
const CONNECT_TIMEOUT = 10_000
/** Of a refusing answer's body, kept in the job's error: bytes. */
const EXCERPT = 4 * 1024
/** 4xx answers that ask for another try. */
const TRY_AGAIN = new Set([408, 425, 429])

export interface UpstreamCaller {
  /** One attempt at `url`; the signal is its only deadline. Never rejects. */
  call(url: string, run: Run, signal: AbortSignal): Promise<RunOutcome>
  close(): Promise<void>
}

/** `maxResult` in bytes. */
export function createUpstreamCaller({ maxResult, clock }: { maxResult: number; clock: Clock }): UpstreamCaller {
  // undici's header and body time-outs would cut slow work short: the run has a deadline of its own.
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: CONNECT_TIMEOUT } })
  return {
    async call(url, run, signal) {
      try {
        const response = await request(url, { method: 'POST', dispatcher: agent, headers: headersOf(run), body: run.payload, signal })
        return await outcomeOf(response, maxResult, clock.now())
      } catch (error) {
        return failed('upstream_unreachable', `The upstream gave no whole answer (${codeOf(error)}).`, true, null)
      }
    },
    close: () => agent.destroy(),
  }
}

function headersOf(run: Run): Record<string, string> {
  return {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Ringback',
    'ringback-job-id': run.jobId,
    'ringback-attempt': String(run.attempt),
    'idempotency-key': run.jobId,
    ...(run.traceparent === null ? {} : { traceparent: run.traceparent }),
  }
}

async function outcomeOf(response: Dispatcher.ResponseData, maxResult: number, now: number): Promise<RunOutcome> {
  const { statusCode: status, headers, body } = response
  if (status >= 200 && status < 300) {
    const bytes = await readUpTo(body, maxResult)
    return bytes === null
      ? tooLarge(maxResult, null)
      : resultOf(bytes, header(headers, 'content-type'), header(headers, 'content-encoding'))
  }
  const excerpt = await readUpTo(body, EXCERPT, 'cut')
  if (status >= 400 && status < 500 && !TRY_AGAIN.has(status)) {
    return failed('upstream_rejected', `The upstream answered ${status}.`, false, { status, body: new TextDecoder().decode(excerpt) })
  }
  const retryAfterMs = parseRetryAfter(header(headers, 'retry-after') ?? '', now)
  const failure = failed('upstream_failed', `The upstream answered ${status}.`, true, { status })
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

function resultOf(bytes: Uint8Array, contentType: string | null, encoding: string | null): RunOutcome {
  if (encoding !== null && encoding !== 'identity')
    return invalid(`The upstream's answer is encoded as ${encoding}, which was not asked for.`)
  if (bytes.byteLength === 0) return completed({ kind: 'json', bytes: new TextEncoder().encode('null') })
  if (contentType !== null && /^application\/json\s*(?:;|$)/i.test(contentType)) {
    return isJson(bytes) ? completed({ kind: 'json', bytes }) : invalid('The upstream said application/json, but its answer is not JSON.')
  }
  return completed({ kind: 'content', bytes, contentType: isMediaType(contentType) ? contentType : 'application/octet-stream' })
}

function isJson(bytes: Uint8Array): boolean {
  try {
    // A byte order mark is not JSON (RFC 8259 section 8.1), and these bytes become part of other documents.
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return true
  } catch {
    return false
  }
}

/** The whole body; of a longer one null, or its beginning. */
async function readUpTo(body: Dispatcher.ResponseData['body'], limit: number): Promise<Uint8Array | null>
async function readUpTo(body: Dispatcher.ResponseData['body'], limit: number, longer: 'cut'): Promise<Uint8Array>
async function readUpTo(body: Dispatcher.ResponseData['body'], limit: number, longer?: 'cut'): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.byteLength
    // Leaving the loop destroys the rest of the answer, and its connection with it.
    if (size > limit) return longer === 'cut' ? Buffer.concat(chunks, limit) : null
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function header(headers: Dispatcher.ResponseData['headers'], name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

function completed(result: JobResult): RunOutcome {
  return { kind: 'completed', result }
}

function invalid(message: string): RunOutcome {
  return failed('invalid_result', message, false, null)
}

function failed(code: string, message: string, retryable: boolean, details: unknown): RunOutcome & { kind: 'failed' } {
  return { kind: 'failed', failure: { code, message, retryable, details } }
}

/** The driver's code, never its message: that names the operator's hosts. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : 'error'
}
