/** What came out of the work, as the run's outcome. Pure. */
import type { JobFailure, JobResult, RunOutcome } from '../domain/job.ts'
import { Content, JobError, Location } from './define-job.ts'

const MAX_MESSAGE = 1000
/** Bytes of JSON. */
const MAX_DETAILS = 16 * 1024

/** The outcome of a handler that returned `value`. A result that cannot be kept fails the job: running it again would end the same. */
export function outcomeOf(value: unknown, maxResult: number): RunOutcome {
  if (value instanceof Location) return { kind: 'completed', result: { kind: 'location', url: value.url } }
  let result: JobResult
  try {
    result =
      value instanceof Content
        ? { kind: 'content', bytes: new Uint8Array(value.bytes), contentType: value.type }
        : { kind: 'json', bytes: new TextEncoder().encode(JSON.stringify(value) ?? 'null') }
  } catch (error) {
    return failed({ code: 'invalid_result', message: `The result is not JSON: ${messageOf(error)}`, retryable: false, details: null })
  }
  return result.bytes.byteLength > maxResult ? tooLarge(maxResult, result.bytes.byteLength) : { kind: 'completed', result }
}

/** The outcome of a handler that threw: a plain error is retryable. */
export function failureOf(error: unknown): RunOutcome {
  if (!(error instanceof JobError)) {
    return failed({ code: 'handler_failed', message: messageOf(error), retryable: true, details: null })
  }
  return failed({ code: error.code, message: messageOf(error), retryable: error.retryable, details: jsonOrNull(error.details) })
}

/** The result has more bytes than MAX_RESULT allows; `size` when it is known. */
export function tooLarge(maxResult: number, size: number | null): RunOutcome {
  const message = `The result is larger than ${maxResult} bytes.`
  return failed({ code: 'result_too_large', message, retryable: false, details: { max_bytes: maxResult, bytes: size } })
}

function failed(failure: JobFailure): RunOutcome {
  return { kind: 'failed', failure }
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return String(error.message || error.name).slice(0, MAX_MESSAGE)
  return typeof error === 'string' ? error.slice(0, MAX_MESSAGE) : 'The handler threw something that is not an error.'
}

function jsonOrNull(details: unknown): unknown {
  try {
    const text = JSON.stringify(details) ?? 'null'
    return Buffer.byteLength(text) > MAX_DETAILS ? null : JSON.parse(text)
  } catch {
    return null
  }
}
