/** Makes the outcome of a run from the reply of its upstream. */
import type { IncomingHttpHeaders } from 'node:http'
import { classifyAttempt } from '../../domain/destination.ts'
import type { JobFailure, JobResult, RunOutcome } from '../../domain/job-outcome.ts'
import { originalOf, originalText } from '../../domain/original-error.ts'
import { parseRetryAfter } from '../../domain/retry.ts'
import { decodeUtf8 } from '../../domain/utf8.ts'
import { isMediaType } from '../names.ts'
import { tooLarge } from '../result.ts'
import type { Reply } from './exchange.ts'

/** Bytes of a refusal's body that are kept for the operator. */
const EXCERPT = 8 * 1024
/** 4xx answers that ask for another attempt. */
const RETRYABLE = new Set([408, 425, 429])

/** How a reply is read. */
export interface Reading {
  /** The most bytes a result may have. */
  maxResult: number
  now: number
  /** Removes secrets from what the upstream said. */
  redact: (text: string) => string
}

/** The most bytes of an answer's body that are read. */
export function bodyLimit(status: number, maxResult: number): number {
  return isSuccess(status) ? maxResult : EXCERPT
}

/** The tenant is told a fixed message and the status, the operator what the upstream said. */
export function outcomeOf(reply: Reply, { maxResult, now, redact }: Reading): RunOutcome {
  if (reply.kind !== 'answered') {
    const { message, ...rest } = originalOf(reply.error)
    const internal = { ...rest, message: redact(message) }
    if (reply.kind === 'unanswered') {
      return { kind: 'unanswered', failure: { ...failure('upstream_unreachable', 'The upstream gave no answer.', true), internal } }
    }
    return {
      kind: 'failed',
      failure: { ...failure('upstream_unreachable', 'The upstream gave no whole answer.', true), internal },
      health: 'failed',
    }
  }
  const { status, headers, body } = reply
  const health = classifyAttempt(status, null)
  if (isSuccess(status)) {
    const outcome = reply.isCut ? tooLarge(maxResult, null) : resultOf(body, headers)
    return outcome.kind === 'failed' ? { ...outcome, health } : outcome
  }
  const isFinal = status >= 400 && status < 500 && !RETRYABLE.has(status)
  const internal = originalText(`upstream answered ${status}`, redact(new TextDecoder().decode(body)))
  const retryAfterMs = isFinal ? undefined : parseRetryAfter(headers['retry-after'] ?? '', now)
  const code = isFinal ? 'upstream_rejected' : 'upstream_failed'
  return {
    kind: 'failed',
    failure: { ...failure(code, `The upstream answered ${status}.`, !isFinal, { status }), internal },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    health,
  }
}

function resultOf(bytes: Uint8Array, headers: IncomingHttpHeaders): RunOutcome {
  const encoding = headers['content-encoding'] ?? ''
  const contentType = headers['content-type'] ?? null
  if (!isPlain(encoding)) return invalid(`The upstream's answer is encoded as ${encoding}, which was not asked for.`)
  if (bytes.byteLength === 0) return completed({ kind: 'json', bytes: new TextEncoder().encode('null') })
  if (contentType !== null && /^application\/json\s*(?:;|$)/i.test(contentType)) {
    return isJson(bytes) ? completed({ kind: 'json', bytes }) : invalid('The upstream said application/json, but its answer is not JSON.')
  }
  return completed({ kind: 'content', bytes, contentType: isMediaType(contentType) ? contentType : 'application/octet-stream' })
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/**
 * Whether nothing is encoded. `identity` is common in this header although it does not belong there; codings ignore case (RFC 9110
 * section 8.4.1).
 */
function isPlain(encoding: string): boolean {
  return encoding.split(',').every((coding) => ['', 'identity'].includes(coding.trim().toLowerCase()))
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(decodeUtf8(bytes))
    return true
  } catch {
    return false
  }
}

function completed(result: JobResult): RunOutcome {
  return { kind: 'completed', result }
}

function invalid(message: string): RunOutcome {
  return { kind: 'failed', failure: failure('invalid_result', message, false) }
}

function failure(code: string, message: string, retryable: boolean, details: unknown = null): JobFailure {
  return { code, message, retryable, details }
}
