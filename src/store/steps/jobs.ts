/** The writes of jobs as steps. */
import { isFinished, type Job, type PendingJob } from '../../domain/job.ts'
import type { Write } from '../../ports/change.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { jobChanges, jobRow } from '../rows/job-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type JobStatement =
  | 'insertJob'
  | 'insertPayload'
  | 'updateJob'
  | 'leaseJob'
  | 'finishJob'
  | 'clearProgress'
  | 'insertResult'
  | 'updateProgress'
  | 'settleJob'
  | 'unsettleJob'
  | 'markRerun'
  | 'markStuck'
  | 'markFirstRerun'
  | 'insertIdempotencyKey'
  | 'buryJob'
  | 'purgeAttempts'
  | 'purgeDeliveries'
  | 'purgeEvents'
  | 'purgePayload'
  | 'purgeResult'
  | 'purgeJob'
  | 'purgeIdempotencyKeys'
  | 'purgeTombstones'

type JobStep = Step<JobStatement>
type Of<Name extends Write['write']> = Extract<Write, { write: Name }>

/** A new job with its payload; the headers of its callback are encrypted. */
export function insertJob(job: PendingJob, payload: Uint8Array, encryptor: Encryptor): JobStep[] {
  return [
    { statement: 'insertJob', params: jobRow(job, encryptor) },
    { statement: 'insertPayload', params: { job_id: job.id, bytes: payload } },
  ]
}

/**
 * A finished row keeps when its last attempt started: its run time feeds the estimates.
 *
 * @param heldUnder the lease that the row must have; null: any, or none
 */
export function updateJob(job: Job, heldUnder: string | null = null): JobStep[] {
  const attemptStartedAt = job.status === 'running' ? job.attemptStartedAt : null
  const before = { id: job.id, version_before: job.version - 1, held_under: heldUnder }
  const params = { ...jobChanges(job), attempt_started_at: attemptStartedAt, ...before }
  return [{ statement: isFinished(job) ? 'finishJob' : 'updateJob', params }]
}

/** A pending job that only gets another lease. */
export function leaseJobStep({ id, lease, version }: PendingJob): JobStep[] {
  return [{ statement: 'leaseJob', params: { id, lease, version, version_before: version - 1 } }]
}

/** The bytes of a result that is stored. */
export function insertResult({ jobId, bytes }: Of<'insertResult'>): JobStep[] {
  return [{ statement: 'insertResult', params: { job_id: jobId, bytes } }]
}

/** Guarded by the lease: progress of a run that lost its job is not written. */
export function updateProgress({ jobId, lease, progress }: Of<'updateProgress'>): JobStep[] {
  const params = { id: jobId, lease, progress: progress === null ? null : JSON.stringify(progress) }
  return [{ statement: 'updateProgress', params }]
}

/** Starts the retention of an ended job of which no delivery is open; any other job is left as it is. */
export function settleJob({ jobId, at }: Of<'settleJob'>): JobStep[] {
  return [{ statement: 'settleJob', params: { id: jobId, at } }]
}

/** Ends the retention: a delivery is open again. */
export function unsettleJob({ jobId }: Of<'unsettleJob'>): JobStep[] {
  return [{ statement: 'unsettleJob', params: { id: jobId } }]
}

/** Notes the newest rerun of a job. `onlyFirst`: guarded, the job must not have one. */
export function markRerun({ jobId, rerunId, onlyFirst }: Of<'markRerun'>): JobStep[] {
  return [{ statement: onlyFirst ? 'markFirstRerun' : 'markRerun', params: { id: jobId, rerun_id: rerunId } }]
}

/** Notes that an alert told of the job. Guarded: it runs, and none did before. */
export function markStuck({ jobId, at }: Of<'markStuck'>): JobStep[] {
  return [{ statement: 'markStuck', params: { id: jobId, at } }]
}

/** A key and the job it made. Guarded: the key must be new. */
export function insertIdempotencyKey({ tenantId, key, bodyHash, jobId }: Of<'insertIdempotencyKey'>): JobStep[] {
  return [{ statement: 'insertIdempotencyKey', params: { tenant_id: tenantId, key, body_hash: bodyHash, job_id: jobId } }]
}

/**
 * Removes a job and all that belongs to it, but for its idempotency key, and leaves a tombstone until `goneUntil`. Guarded: the job
 * settled at or before `settledBefore`.
 */
export function purgeJob({ jobId, settledBefore, goneUntil }: Of<'purgeJob'>): JobStep[] {
  const params = { id: jobId }
  return [
    { statement: 'buryJob', params: { ...params, settled_before: settledBefore, gone_until: goneUntil } },
    { statement: 'purgeAttempts', params },
    { statement: 'purgeDeliveries', params },
    { statement: 'purgeEvents', params },
    { statement: 'purgePayload', params },
    { statement: 'purgeResult', params },
    { statement: 'purgeJob', params },
  ]
}

/** At most `limit` tombstones that are over. */
export function purgeTombstones({ before, limit }: Of<'purgeTombstones'>): JobStep[] {
  return [
    { statement: 'purgeIdempotencyKeys', params: { before, limit } },
    { statement: 'purgeTombstones', params: { before, limit } },
  ]
}
