/** A row of `jobs` as the domain's job. */
import { JOB_EVENT_TYPES, type Job, type JobCallback, type JobFailure, type ResultInfo } from '../../domain/job.ts'
import type { ErrorOriginal } from '../../domain/original-error.ts'
import { type Progress, STEP_STATUSES } from '../../domain/progress.ts'
import { headersContext } from '../sqlite/tables/job-writes.ts'
import type { jobs } from '../sqlite/tables/schema.ts'
import {
  assertNumbers,
  assertTexts,
  CorruptRow,
  isObject,
  json,
  jsonObject,
  listOf,
  plainBytes,
  present,
  textMap,
  texts,
} from './column.ts'
import type { DeliveryRow } from './delivery-row.ts'
import type { Encryptor } from './encryption.ts'

export type JobRow = typeof jobs.$inferSelect

/** What is read together for a `JobView`, in one snapshot. */
export interface JobViewRows {
  job: JobRow
  inlineResult: Uint8Array | null
  callbackDelivery: DeliveryRow | null
}

const NUMBERS = ['priority', 'created_at', 'timeout_ms', 'max_attempts', 'attempt', 'version'] as const
const NUMBERS_OR_NULL = ['run_at', 'started_at', 'due_at', 'finished_at', 'attempt_started_at', 'waiting_since'] as const
const TEXTS = ['tenant_id', 'type'] as const

/** Throws `CorruptRow`, naming the job, when the row does not hold what its status promises. */
export function parseJob(row: JobRow, encryptor: Encryptor): Job {
  assertNumbers(row, NUMBERS, NUMBERS_OR_NULL)
  assertTexts(row, TEXTS)
  const core = {
    id: row.id,
    tenantId: row.tenant_id,
    type: row.type,
    priority: row.priority,
    tags: texts(row.tags, row.id, 'tags'),
    metadata: textMap(row.metadata, row.id, 'metadata'),
    callback: parseCallback(row, encryptor),
    traceparent: row.traceparent,
    createdAt: row.created_at,
    runAt: row.run_at,
    timeoutMs: row.timeout_ms,
    maxAttempts: row.max_attempts,
    rerunOf: row.rerun_of,
    attempt: row.attempt,
    startedAt: row.started_at,
    cancelRequested: row.cancel_requested !== 0,
    waitingSince: row.waiting_since,
    version: row.version,
  }
  const finishedAt = () => present(row.finished_at, row.id, 'finished_at')
  switch (row.status) {
    case 'pending': {
      const error = row.error === null ? null : parseFailure(row)
      return { ...core, status: row.status, dueAt: present(row.due_at, row.id, 'due_at'), lease: row.lease, error }
    }
    case 'running': {
      const attemptStartedAt = present(row.attempt_started_at, row.id, 'attempt_started_at')
      return { ...core, status: row.status, lease: present(row.lease, row.id, 'lease'), attemptStartedAt }
    }
    case 'completed':
      return { ...core, status: row.status, finishedAt: finishedAt(), result: parseResult(row) }
    case 'failed':
      return { ...core, status: row.status, finishedAt: finishedAt(), error: parseFailure(row) }
    case 'canceled':
      return { ...core, status: row.status, finishedAt: finishedAt() }
    default:
      throw new CorruptRow(row.id, 'status')
  }
}

/** It stands in documents as it is: another length is the cheapest sign that these are not the handler's bytes any more. */
export function parseInline({ job, inlineResult: bytes }: JobViewRows): Uint8Array | null {
  if (bytes === null) return null
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== job.result_size) throw new CorruptRow(job.id, 'result')
  return plainBytes(bytes)
}

/** The custom headers of a job's callback, as sealed in its row. */
export function openHeaders(sealed: string | null, jobId: string, encryptor: Encryptor): Record<string, string> {
  return sealed === null ? {} : textMap(encryptor.open(sealed, headersContext(jobId)), jobId, 'callback_headers')
}

export function parseCallback(row: JobRow, encryptor: Encryptor): JobCallback | null {
  if (row.callback_url === null) return null
  return {
    url: row.callback_url,
    events: listOf(row.callback_events, JOB_EVENT_TYPES, row.id, 'callback_events'),
    headers: openHeaders(row.callback_headers, row.id, encryptor),
  }
}

export function parseFailure(row: JobRow): JobFailure {
  const { code, message, retryable, details, internal } = jsonObject(row.error, row.id, 'error')
  if (typeof code !== 'string' || typeof message !== 'string' || typeof retryable !== 'boolean') throw new CorruptRow(row.id, 'error')
  const failure = { code, message, retryable, details }
  if (internal === undefined) return failure
  if (!isOriginal(internal)) throw new CorruptRow(row.id, 'error')
  return { ...failure, internal }
}

function isOriginal(value: unknown): value is ErrorOriginal {
  return isObject(value) && ['name', 'message', 'stack'].every((member) => typeof value[member] === 'string')
}

export function parseResult(row: JobRow): ResultInfo {
  switch (row.result_kind) {
    case 'json':
      return { kind: 'json', size: present(row.result_size, row.id, 'result_size') }
    case 'content': {
      const contentType = present(row.result_content_type, row.id, 'result_content_type')
      const filename = row.result_filename === null ? {} : { filename: row.result_filename }
      return { kind: 'content', size: present(row.result_size, row.id, 'result_size'), contentType, ...filename }
    }
    case 'location':
      return { kind: 'location', url: present(row.result_url, row.id, 'result_url') }
    default:
      throw new CorruptRow(row.id, 'result_kind')
  }
}

export function parseProgress(row: JobRow): Progress | null {
  if (row.progress === null) return null
  const value = json(row.progress, row.id, 'progress')
  if (!isProgress(value)) throw new CorruptRow(row.id, 'progress')
  return value
}

function isProgress(value: unknown): value is Progress {
  if (!isObject(value) || !Array.isArray(value.steps)) return false
  const { percent, stage, message, steps } = value
  const known = (step: unknown) => isObject(step) && typeof step.name === 'string' && STEP_STATUSES.some((status) => status === step.status)
  return (
    (percent === null || typeof percent === 'number') &&
    (stage === null || typeof stage === 'string') &&
    (message === null || typeof message === 'string') &&
    steps.every(known)
  )
}
