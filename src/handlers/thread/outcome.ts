/**
 * Makes the outcome of a run from what its handler returned or threw. Nothing of it is trusted: reading a member may
 * throw, and a member may hold anything.
 */
import { cutText } from '../../domain/cut.ts'
import type { JobFailure, RunOutcome } from '../../domain/job-outcome.ts'
import { originalOf, readMember } from '../../domain/original-error.ts'
import { Content, JobError, Location } from '../define-job.ts'
import { isJson } from '../json-value.ts'
import { isErrorCode, isFilename, isMediaType } from '../names.ts'
import { Buffer, parseJson, TextEncoder, writeJson } from '../primordials.ts'
import { tooLarge } from '../result.ts'
import { jsonFault } from './json-fault.ts'

/** UTF-16 units of a message. */
const MAX_ERROR_MESSAGE = 1000
/** Bytes of details as JSON. */
const MAX_DETAILS = 16 * 1024
const FAILED = 'The handler failed.'

/** The outcome of a handler that returned `value`. A result that cannot be kept fails the job: running it again would end the same. */
export function outcomeOf(value: unknown, maxResult: number): RunOutcome {
  try {
    if (isA(value, Location)) return { kind: 'completed', result: { kind: 'location', url: String(value.url) } }
    if (isA(value, Content)) return contentOutcome(value, maxResult)
    const fault = jsonFault(value)
    if (fault !== null) return invalid(fault)
    const bytes = new TextEncoder().encode(writeJson(value) ?? 'null')
    return bytes.byteLength > maxResult ? tooLarge(maxResult, bytes.byteLength) : { kind: 'completed', result: { kind: 'json', bytes } }
  } catch (error) {
    return invalid('The result cannot be written as JSON: it goes round in a circle, holds a BigInt, or one of its members throws.', error)
  }
}

/**
 * The outcome of a handler that threw. The submitter is told what a JobError says; any other error is told to the operator alone and is
 * retryable. A JobError is read when it arrives, and is retryable unless its `retryable` is false.
 */
export function failureOf(error: unknown): RunOutcome & { kind: 'failed' } {
  if (!isA(error, JobError))
    return failed({ code: 'handler_failed', message: FAILED, retryable: true, details: null, internal: originalOf(error) })
  const [code, message, details] = ['code', 'message', 'details'].map((member) => readMember(error, member))
  const failure = {
    code: isErrorCode(code) ? code : 'handler_failed',
    message: typeof message === 'string' && message !== '' ? cutText(message, MAX_ERROR_MESSAGE) : FAILED,
    retryable: readMember(error, 'retryable') !== false,
    details: jsonOrNull(details),
  }
  const isWhole = isErrorCode(code) && readMember(error, 'cause') === undefined
  return failed(isWhole ? failure : { ...failure, internal: originalOf(error) })
}

/** Whether something is an instance, also where asking for its prototype throws. */
function isA<T>(value: unknown, type: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof type
  } catch {
    return false
  }
}

function contentOutcome({ bytes, type, filename }: Content, maxResult: number): RunOutcome {
  if (!(bytes instanceof Uint8Array) || !isMediaType(type)) return invalid('The handler returned content whose bytes or type were changed.')
  if (bytes.byteLength > maxResult) return tooLarge(maxResult, bytes.byteLength)
  const named = isFilename(filename) ? { filename } : {}
  return { kind: 'completed', result: { kind: 'content', bytes: new Uint8Array(bytes), contentType: type, ...named } }
}

function invalid(message: string, error?: unknown): RunOutcome {
  const failure = { code: 'invalid_result', message, retryable: false, details: null }
  return failed(error === undefined ? failure : { ...failure, internal: originalOf(error) })
}

function failed(failure: JobFailure): RunOutcome & { kind: 'failed' } {
  return { kind: 'failed', failure }
}

/** Replaces lone surrogates, which some readers of JSON refuse. */
function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value
}

/** Null when the main thread would refuse the details: the failure must keep its code. */
function jsonOrNull(details: unknown): unknown {
  try {
    const text = writeJson(details) ?? 'null'
    if (Buffer.byteLength(text) > MAX_DETAILS) return null
    const value: unknown = parseJson(text, wellFormed)
    return isJson(value) ? value : null
  } catch {
    return null
  }
}
