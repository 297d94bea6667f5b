/** A row of `jobs` and the domain's job. */
import { isFinished, JOB_EVENT_TYPES, type Job, type JobCallback, type PendingJob } from '../../domain/job.ts'
import type { JobFailure, ResultInfo } from '../../domain/job-outcome.ts'
import type { ErrorOriginal } from '../../domain/original-error.ts'
import type { JobRow } from '../tables/jobs.ts'
import { assertNumbers, assertTexts, CorruptRow, isObject, jsonObject, listOf, present, textMap, texts } from './column.ts'
import type { Encryptor } from './encryption.ts'

/** The columns that a change of a job writes. The others are written once, when it is inserted, or by writes of their own. */
export const JOB_CHANGES = [
  'status',
  'attempt',
  'started_at',
  'cancel_requested',
  'due_at',
  'waiting_since',
  'lease',
  'finished_at',
  'error',
  'result_kind',
  'result_size',
  'result_content_type',
  'result_filename',
  'result_url',
  'version',
] as const

/** The columns that a step of a job may change. */
export type JobChanges = Pick<JobRow, (typeof JOB_CHANGES)[number]>

/** Their values for a job in any state: null where the state has none. */
export function jobChanges(job: Job): JobChanges {
  const error = job.status === 'pending' || job.status === 'failed' ? job.error : null
  const result = job.status === 'completed' ? job.result : null
  return {
    status: job.status,
    attempt: job.attempt,
    started_at: job.startedAt,
    cancel_requested: job.cancelRequested ? 1 : 0,
    due_at: job.status === 'pending' ? job.dueAt : null,
    waiting_since: job.waitingSince,
    lease: job.status === 'pending' || job.status === 'running' ? job.lease : null,
    finished_at: isFinished(job) ? job.finishedAt : null,
    error: error === null ? null : JSON.stringify(error),
    result_kind: result?.kind ?? null,
    result_size: result !== null && result.kind !== 'location' ? result.size : null,
    result_content_type: result?.kind === 'content' ? result.contentType : null,
    result_filename: result?.kind === 'content' ? (result.filename ?? null) : null,
    result_url: result?.kind === 'location' ? result.url : null,
    version: job.version,
  }
}

/** The whole row of a job that is inserted. The database gives `seq`. */
export function jobRow(job: PendingJob, encryptor: Encryptor): Omit<JobRow, 'seq'> {
  const { callback } = job
  const headers = callback !== null && Object.keys(callback.headers).length > 0 ? JSON.stringify(callback.headers) : null
  return {
    id: job.id,
    tenant_id: job.tenantId,
    type: job.type,
    priority: job.priority,
    tags: JSON.stringify(job.tags),
    metadata: JSON.stringify(job.metadata),
    callback_url: callback?.url ?? null,
    callback_events: callback === null ? null : JSON.stringify(callback.events),
    callback_headers: headers === null ? null : encryptor.seal(headers, headersContext(job.id)),
    traceparent: job.traceparent,
    created_at: job.createdAt,
    run_at: job.runAt,
    timeout_ms: job.timeoutMs,
    max_attempts: job.maxAttempts,
    attempt_started_at: null,
    progress: null,
    progress_revision: 0,
    settled_at: null,
    rerun_of: job.rerunOf,
    rerun_id: null,
    group_name: job.group ?? null,
    stuck_at: null,
    ...jobChanges(job),
  }
}

/** What the encrypted headers of a job's callback are bound to. */
function headersContext(jobId: string): string {
  return `callback headers of ${jobId}`
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
    ...(row.group_name === null ? {} : { group: row.group_name }),
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

/** The custom headers of a job's callback, as encrypted in its row. */
export function openHeaders(sealed: string | null, jobId: string, encryptor: Encryptor): Record<string, string> {
  return sealed === null ? {} : textMap(encryptor.open(sealed, headersContext(jobId)), jobId, 'callback_headers')
}

/** The callback of a job's row, with its headers opened; null when the job has none. Throws when a column does not fit. */
export function parseCallback(row: JobRow, encryptor: Encryptor): JobCallback | null {
  if (row.callback_url === null) return null
  return {
    url: row.callback_url,
    events: listOf(row.callback_events, JOB_EVENT_TYPES, row.id, 'callback_events'),
    headers: openHeaders(row.callback_headers, row.id, encryptor),
  }
}

/** The failure of a job's row. Throws when the column is no failure. */
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

/** Of a completed job's row: where its result is and how large. Throws when the columns do not fit. */
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
