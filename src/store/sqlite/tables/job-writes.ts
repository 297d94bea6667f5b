/** The writes of jobs: each statement with the function that gives its parameters in the same order. */
import { isFinished, type Job, type PendingJob } from '../../../domain/job.ts'
import type { Progress } from '../../../domain/progress.ts'
import type { Encryptor } from '../../rows/encryption.ts'
import { guarded, insertInto, type Param, plain, type Step, tight } from './step.ts'

const FIXED = ['id', 'tenant_id', 'type', 'priority', 'tags', 'metadata', 'callback_url', 'callback_events', 'callback_headers']
const FIXED_TOO = ['traceparent', 'created_at', 'run_at', 'timeout_ms', 'max_attempts', 'rerun_of']
const MOVING = ['status', 'attempt', 'started_at', 'cancel_requested', 'due_at', 'waiting_since', 'lease', 'finished_at', 'error']
const MOVING_TOO = ['result_kind', 'result_size', 'result_content_type', 'result_filename', 'result_url', 'version']
const OPEN_DELIVERY = `SELECT 1 FROM deliveries WHERE job_id = ? AND status IN ('pending', 'sending')`

export const JOB_STATEMENTS = {
  insertJob: plain(insertInto('jobs', [...FIXED, ...FIXED_TOO, ...MOVING, ...MOVING_TOO, 'progress_revision'])),
  insertPayload: plain('INSERT INTO payloads (job_seq, bytes) VALUES (last_insert_rowid(), ?)'),
  // A finished row keeps `attempt_started_at`: its run time feeds the estimates.
  updateJob: guarded(`
    UPDATE jobs SET
      progress_revision = progress_revision + (status = 'pending' AND ? = 'running' AND progress IS NOT NULL),
      progress = CASE WHEN status = 'pending' AND ? = 'running' THEN NULL ELSE progress END,
      attempt_started_at = coalesce(?, CASE WHEN ? THEN attempt_started_at END),
      ${[...MOVING, ...MOVING_TOO].map((column) => `${column} = ?`).join(', ')}
    WHERE id = ? AND version = ? - 1`),
  insertResult: plain('INSERT INTO results (job_seq, bytes) SELECT seq, ? FROM jobs WHERE id = ?'),
  updateProgress: guarded(`
    UPDATE jobs SET progress = ?, progress_revision = progress_revision + 1
    WHERE id = ? AND lease = ? AND status = 'running'`),
  settleJob: plain(`
    UPDATE jobs SET settled_at = max(coalesce(settled_at, ?), ?)
    WHERE id = ? AND finished_at IS NOT NULL AND NOT EXISTS (${OPEN_DELIVERY})`),
  unsettleJob: plain('UPDATE jobs SET settled_at = NULL WHERE id = ?'),
  markRerun: guarded('UPDATE jobs SET rerun_id = ? WHERE id = ?'),
  markFirstRerun: guarded('UPDATE jobs SET rerun_id = ? WHERE id = ? AND rerun_id IS NULL'),
  insertIdempotencyKey: guarded(`
    INSERT INTO idempotency_keys (tenant_id, key, body_hash, job_id) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant_id, key) DO NOTHING`),
  buryJob: guarded(`
    INSERT INTO tombstones (job_id, tenant_id, gone_until)
    SELECT id, tenant_id, ? FROM jobs WHERE id = ? AND settled_at <= ?`),
  purgeAttempts: plain('DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE job_id = ?)'),
  purgeDeliveries: plain('DELETE FROM deliveries WHERE job_id = ?'),
  purgeEvents: plain('DELETE FROM events WHERE job_id = ?'),
  purgePayload: plain('DELETE FROM payloads WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?)'),
  purgeResult: plain('DELETE FROM results WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?)'),
  purgeJob: plain('DELETE FROM jobs WHERE id = ?'),
  purgeIdempotencyKeys: plain(`
    DELETE FROM idempotency_keys WHERE job_id IN
      (SELECT job_id FROM tombstones WHERE gone_until <= ? ORDER BY gone_until, job_id LIMIT ?)`),
  purgeTombstones: guarded(`
    DELETE FROM tombstones WHERE job_id IN
      (SELECT job_id FROM tombstones WHERE gone_until <= ? ORDER BY gone_until, job_id LIMIT ?)`),
}

export type JobStep = Step<keyof typeof JOB_STATEMENTS>

export function insertJob(job: PendingJob, payload: Uint8Array, encryptor: Encryptor): JobStep[] {
  const { callback } = job
  const headers = callback !== null && Object.keys(callback.headers).length > 0 ? JSON.stringify(callback.headers) : null
  const fixed: Param[] = [
    job.id,
    job.tenantId,
    job.type,
    job.priority,
    JSON.stringify(job.tags),
    JSON.stringify(job.metadata),
    callback?.url ?? null,
    callback === null ? null : JSON.stringify(callback.events),
    headers === null ? null : encryptor.seal(headers, headersContext(job.id)),
    job.traceparent,
    job.createdAt,
    job.runAt,
    job.timeoutMs,
    job.maxAttempts,
    job.rerunOf,
  ]
  return [
    { statement: 'insertJob', params: [...fixed, ...moving(job), 0] },
    { statement: 'insertPayload', params: [tight(payload)] },
  ]
}

/** What a job's sealed headers are bound to. */
export function headersContext(jobId: string): string {
  return `callback headers of ${jobId}`
}

export function updateJob(job: Job): JobStep[] {
  const attemptStartedAt = job.status === 'running' ? job.attemptStartedAt : null
  const params = [job.status, job.status, attemptStartedAt, isFinished(job) ? 1 : 0, ...moving(job), job.id, job.version]
  return [{ statement: 'updateJob', params }]
}

function moving(job: Job): Param[] {
  const error = job.status === 'pending' || job.status === 'failed' ? job.error : null
  const result = job.status === 'completed' ? job.result : null
  return [
    job.status,
    job.attempt,
    job.startedAt,
    job.cancelRequested ? 1 : 0,
    job.status === 'pending' ? job.dueAt : null,
    job.waitingSince,
    job.status === 'pending' || job.status === 'running' ? job.lease : null,
    isFinished(job) ? job.finishedAt : null,
    error === null ? null : JSON.stringify(error),
    result?.kind ?? null,
    result !== null && result.kind !== 'location' ? result.size : null,
    result?.kind === 'content' ? result.contentType : null,
    result?.kind === 'content' ? (result.filename ?? null) : null,
    result?.kind === 'location' ? result.url : null,
    job.version,
  ]
}

export function insertResult(jobId: string, bytes: Uint8Array): JobStep[] {
  return [{ statement: 'insertResult', params: [tight(bytes), jobId] }]
}

export function updateProgress(jobId: string, lease: string, progress: Progress | null): JobStep[] {
  return [{ statement: 'updateProgress', params: [progress === null ? null : JSON.stringify(progress), jobId, lease] }]
}

export function settleJob(jobId: string, at: number): JobStep[] {
  return [{ statement: 'settleJob', params: [at, at, jobId, jobId] }]
}

export function unsettleJob(jobId: string): JobStep[] {
  return [{ statement: 'unsettleJob', params: [jobId] }]
}

export function markRerun(jobId: string, rerunId: string, onlyFirst: boolean): JobStep[] {
  return [{ statement: onlyFirst ? 'markFirstRerun' : 'markRerun', params: [rerunId, jobId] }]
}

export function insertIdempotencyKey(tenantId: string, key: string, bodyHash: Uint8Array, jobId: string): JobStep[] {
  return [{ statement: 'insertIdempotencyKey', params: [tenantId, key, tight(bodyHash), jobId] }]
}

export function purgeJob(jobId: string, settledBefore: number, goneUntil: number): JobStep[] {
  return [
    { statement: 'buryJob', params: [goneUntil, jobId, settledBefore] },
    { statement: 'purgeAttempts', params: [jobId] },
    { statement: 'purgeDeliveries', params: [jobId] },
    { statement: 'purgeEvents', params: [jobId] },
    { statement: 'purgePayload', params: [jobId] },
    { statement: 'purgeResult', params: [jobId] },
    { statement: 'purgeJob', params: [jobId] },
  ]
}

export function purgeTombstones(before: number, limit: number): JobStep[] {
  return [
    { statement: 'purgeIdempotencyKeys', params: [before, limit] },
    { statement: 'purgeTombstones', params: [before, limit] },
  ]
}
