/**
 * Parses the messages of a handlers' thread. The operator's code runs in that thread and can change what our code there builds on,
 * so the main thread takes nothing that does not have the right shape.
 */
import type { Fault } from '../../domain/errors.ts'
import type { JobFailure, JobResult, RunOutcome } from '../../domain/job-outcome.ts'
import { isJobTypeName } from '../../domain/job-type-name.ts'
import type { ErrorOriginal } from '../../domain/original-error.ts'
import { CUTS, type HandlerReport } from '../../domain/progress.ts'
import { isJson } from '../json-value.ts'
import type { Checked, FromThread, LoadedType } from '../messages.ts'
import { isErrorCode, isFilename, isMediaType } from '../names.ts'

type Members = Readonly<Record<string, unknown>>

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
const STEP_ENDS = ['running', 'completed', 'failed'] as const
/** As `location` of handlers takes them, UTF-16 units. */
const MAX_URL = 8192

/** Names the member of a message that cannot be read. */
class InvalidMessage extends Error {}

/**
 * The message, if it can be read. A message that cannot be read and names a run fails the attempt of that run. Any other is null:
 * Node's watch mode and handlers post messages of their own.
 */
export function parseMessage(value: unknown): FromThread | null {
  if (!isObject(value)) return null
  try {
    return parse(value)
  } catch (error) {
    if (!(error instanceof InvalidMessage)) throw error
    return isCount(value.run) ? { kind: 'ended', run: value.run, outcome: unreadable(error.message), returned: true } : null
  }
}

function parse(message: Members): FromThread | null {
  switch (message.kind) {
    case 'loading':
      return { kind: 'loading', file: text(message, 'file') }
    case 'refused':
      return { kind: 'refused', file: text(message, 'file'), reason: text(message, 'reason') }
    case 'ready':
      return { kind: 'ready', types: list(message, 'types').map(loadedType) }
    case 'reports':
      return { kind: 'reports', run: count(message, 'run'), reports: list(message, 'reports').map(report) }
    case 'log':
      return {
        kind: 'log',
        run: message.run === null ? null : count(message, 'run'),
        level: oneOf(message, 'level', LEVELS),
        message: text(message, 'message'),
        fields: message.fields === null ? null : object(message, 'fields'),
      }
    case 'ended':
      return {
        kind: 'ended',
        run: count(message, 'run'),
        outcome: outcome(object(message, 'outcome')),
        returned: flag(message, 'returned'),
      }
    case 'returned':
      return { kind: 'returned', run: count(message, 'run') }
    case 'unhandled_error':
      return {
        kind: 'unhandled_error',
        file: message.file === null ? null : text(message, 'file'),
        error: original(object(message, 'error')),
      }
    case 'full':
      return { kind: 'full', bytes: count(message, 'bytes') }
    case 'checked':
      return { kind: 'checked', answers: list(message, 'answers').map(checked) }
    default:
      return null
  }
}

function loadedType(value: unknown): LoadedType {
  const type = asObject(value, 'type')
  if (!isJobTypeName(type.type)) throw new InvalidMessage('type')
  return {
    type: type.type,
    timeoutMs: countOrNull(type, 'timeoutMs'),
    maxAttempts: countOrNull(type, 'maxAttempts'),
    concurrency: countOrNull(type, 'concurrency'),
    steps: list(type, 'steps').map((step) => asText(step, 'steps')),
    isolated: flag(type, 'isolated'),
    source: text(type, 'source'),
    hasInput: flag(type, 'hasInput'),
    inputSchema: type.inputSchema,
  }
}

function report(value: unknown): HandlerReport {
  const said = asObject(value, 'reports')
  switch (said.kind) {
    case 'progress': {
      const message = said.message === null ? null : text(said, 'message')
      if (typeof said.percent !== 'number' || !(said.percent >= 0 && said.percent <= 100)) throw new InvalidMessage('percent')
      return { kind: 'progress', percent: said.percent, message }
    }
    case 'step':
      return { kind: 'step', name: text(said, 'name'), status: oneOf(said, 'status', STEP_ENDS) }
    case 'cut':
      return { kind: 'cut', what: oneOf(said, 'what', CUTS), count: count(said, 'count') }
    default:
      throw new InvalidMessage('reports')
  }
}

function outcome(value: Members): RunOutcome {
  if (value.kind === 'completed') return { kind: 'completed', result: result(object(value, 'result')) }
  if (value.kind === 'failed') return { kind: 'failed', failure: failure(object(value, 'failure')) }
  throw new InvalidMessage('outcome')
}

function result(value: Members): JobResult {
  switch (value.kind) {
    case 'json':
      return { kind: 'json', bytes: bytes(value) }
    case 'content': {
      if (!isMediaType(value.contentType)) throw new InvalidMessage('contentType')
      const { filename } = value
      if (filename !== undefined && !isFilename(filename)) throw new InvalidMessage('filename')
      const named = filename === undefined ? {} : { filename }
      return { kind: 'content', bytes: bytes(value), contentType: value.contentType, ...named }
    }
    case 'location': {
      const url = text(value, 'url')
      if (url.length > MAX_URL || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new InvalidMessage('url')
      return { kind: 'location', url }
    }
    default:
      throw new InvalidMessage('result')
  }
}

function failure(value: Members): JobFailure {
  const { code, details } = value
  if (!isErrorCode(code)) throw new InvalidMessage('code')
  if (!isJson(details)) throw new InvalidMessage('details')
  const parsed = { code, message: text(value, 'message'), retryable: flag(value, 'retryable'), details }
  return value.internal === undefined ? parsed : { ...parsed, internal: original(object(value, 'internal')) }
}

function original(value: Members): ErrorOriginal {
  return { name: text(value, 'name'), message: text(value, 'message'), stack: text(value, 'stack') }
}

function checked(value: unknown): Checked {
  const answer = asObject(value, 'answers')
  const check = count(answer, 'check')
  if (answer.error === undefined) return { check, faults: list(answer, 'faults').map(fault) }
  const error = object(answer, 'error')
  const code = error.code === undefined ? {} : { code: text(error, 'code') }
  return { check, error: { type: text(error, 'type'), ...code, stack: text(error, 'stack') } }
}

function fault(value: unknown): Fault {
  const parsed = asObject(value, 'faults')
  return { pointer: text(parsed, 'pointer'), detail: text(parsed, 'detail') }
}

function unreadable(member: string): RunOutcome {
  const internal = { name: 'BadMessage', message: `the handler's thread posted a message whose ${member} cannot be read`, stack: '' }
  return { kind: 'failed', failure: { code: 'handler_failed', message: 'The handler failed.', retryable: true, details: null, internal } }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function asObject(value: unknown, member: string): Members {
  if (!isObject(value)) throw new InvalidMessage(member)
  return value
}

function asText(value: unknown, member: string): string {
  if (typeof value !== 'string') throw new InvalidMessage(member)
  return value
}

function object(value: Members, member: string): Members {
  return asObject(value[member], member)
}

function text(value: Members, member: string): string {
  return asText(value[member], member)
}

function list(value: Members, member: string): readonly unknown[] {
  const found = value[member]
  if (!Array.isArray(found)) throw new InvalidMessage(member)
  return found
}

function count(value: Members, member: string): number {
  const found = value[member]
  if (!isCount(found)) throw new InvalidMessage(member)
  return found
}

function countOrNull(value: Members, member: string): number | null {
  return value[member] === null ? null : count(value, member)
}

function flag(value: Members, member: string): boolean {
  const found = value[member]
  if (typeof found !== 'boolean') throw new InvalidMessage(member)
  return found
}

function oneOf<T extends string>(value: Members, member: string, known: readonly T[]): T {
  const found = known.find((one) => one === value[member])
  if (found === undefined) throw new InvalidMessage(member)
  return found
}

function bytes(value: Members): Uint8Array {
  if (!(value.bytes instanceof Uint8Array)) throw new InvalidMessage('bytes')
  return value.bytes
}
