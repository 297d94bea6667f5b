/** Jobs from their rows, whatever the rows hold: nothing here throws. */
import type { Job } from '../../domain/job.ts'
import { unreadableFailure } from '../../domain/job-outcome.ts'
import type { JobView } from '../../domain/job-view.ts'
import { type Progress, STEP_STATUSES } from '../../domain/progress.ts'
import type { DeliveryRow } from '../tables/deliveries.ts'
import type { JobRow } from '../tables/jobs.ts'
import { CorruptRow, isObject, isWhole, json, plainBytes, textMap, texts } from './column.ts'
import type { Encryptor } from './encryption.ts'
import { openHeaders, parseCallback, parseFailure, parseJob, parseResult } from './job-row.ts'
import { readDelivery } from './read-delivery.ts'
import { damageOf, readable, whole, wholeOrNull } from './salvage.ts'

/** What is read together for a `JobView`, in one snapshot. */
export interface JobViewRows {
  job: JobRow
  inlineResult: Uint8Array | null
  callbackDelivery: DeliveryRow | null
}

/** The job, or what is left of it. */
export function readJob(row: JobRow, encryptor: Encryptor): Job {
  try {
    return parseJob(row, encryptor)
  } catch (error) {
    return salvageJob(row, encryptor, damageOf(error))
  }
}

/** The job of its rows with what is shown beside it. What cannot be read is named in `damage`. */
export function readJobView(rows: JobViewRows, encryptor: Encryptor): JobView {
  const job = readJob(rows.job, encryptor)
  const beside = {
    progressRevision: rows.job.progress_revision,
    settledAt: isWhole(rows.job.settled_at) ? rows.job.settled_at : null,
    callbackDelivery: rows.callbackDelivery === null ? null : readDelivery(rows.callbackDelivery),
  }
  try {
    return { ...beside, job, progress: parseProgress(rows.job), inlineResult: parseInline(rows) }
  } catch (error) {
    return { ...beside, job: { ...job, damage: damageOf(error) }, progress: null, inlineResult: null }
  }
}

/** A job that was read without the key, with its callback's header values. */
export function withHeaders<J extends Job>(job: J, sealed: string | null, encryptor: Encryptor): J {
  const { callback } = job
  if (callback === null || sealed === null) return job
  try {
    return { ...job, callback: { ...callback, headers: openHeaders(sealed, job.id, encryptor) } }
  } catch (error) {
    return { ...job, callback: { ...callback, events: [], headers: {} }, damage: damageOf(error) }
  }
}

/**
 * A job in its stored status. Where that cannot be, such as `running` under no lease, it is `pending` and no claim finds it: it
 * waits to be canceled.
 */
function salvageJob(row: JobRow, encryptor: Encryptor, damage: string): Job {
  const createdAt = whole(row.created_at, 0)
  const core = {
    id: String(row.id),
    tenantId: String(row.tenant_id),
    type: String(row.type),
    priority: whole(row.priority, 0),
    tags: readable(() => texts(row.tags, row.id, 'tags'), []),
    metadata: readable(() => textMap(row.metadata, row.id, 'metadata'), {}),
    callback: readable(
      () => parseCallback(row, encryptor),
      row.callback_url === null ? null : { url: String(row.callback_url), events: [], headers: {} },
    ),
    traceparent: row.traceparent === null ? null : String(row.traceparent),
    createdAt,
    runAt: wholeOrNull(row.run_at),
    timeoutMs: whole(row.timeout_ms, 1),
    maxAttempts: whole(row.max_attempts, 1),
    rerunOf: row.rerun_of === null ? null : String(row.rerun_of),
    attempt: whole(row.attempt, 0),
    startedAt: wholeOrNull(row.started_at),
    waitingSince: wholeOrNull(row.waiting_since),
    cancelRequested: row.cancel_requested !== 0,
    version: whole(row.version, 0),
    damage,
  }
  const finishedAt = whole(row.finished_at, createdAt)
  const pending = { ...core, status: 'pending', dueAt: whole(row.due_at, createdAt), lease: null, error: null } as const
  switch (row.status) {
    case 'pending':
      return { ...pending, lease: row.lease }
    case 'running':
      if (row.lease === null) return pending
      return { ...core, status: row.status, lease: row.lease, attemptStartedAt: whole(row.attempt_started_at, core.startedAt ?? createdAt) }
    case 'completed':
      return { ...core, status: row.status, finishedAt, result: readable(() => parseResult(row), { kind: 'json', size: 0 }) }
    case 'failed':
      return { ...core, status: row.status, finishedAt, error: readable(() => parseFailure(row), unreadableFailure(damage)) }
    case 'canceled':
      return { ...core, status: row.status, finishedAt }
    default:
      return pending
  }
}

/** It stands in documents as it is: another length is the cheapest sign that these are not the handler's bytes any more. */
function parseInline({ job, inlineResult: bytes }: JobViewRows): Uint8Array | null {
  if (bytes === null) return null
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== job.result_size) throw new CorruptRow(job.id, 'result')
  return plainBytes(bytes)
}

function parseProgress(row: JobRow): Progress | null {
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
