import { type Job, type PendingJob, type RunningJob, requestCancel, startJob } from '../../domain/job.ts'
import { leaseOf } from '../../domain/lease.ts'

/** A run as the store has it once everything that was posted is written. */
export interface StoredRun {
  /** The record as the handler sees it. */
  readonly job: RunningJob
  /** The version of the stored record. */
  readonly version: number
  /** The store knows that the job is running; until then it has the job as pending, under `localLease`. */
  readonly isMarked: boolean
  /** The lease of a job that came from the local queue; null for a claimed one. */
  readonly localLease: string | null
}

/** @param job a claimed job, or one from the local queue, which starts at `now` under a lease of `worker` */
export function beginRun(job: RunningJob | PendingJob, worker: string, now: number): StoredRun {
  if (job.status === 'running') return { job, version: job.version, isMarked: true, localLease: null }
  const { version, lease: localLease } = job
  return { job: startJob(job, leaseOf(worker, version + 1), now), version, isMarked: false, localLease }
}

/** The lease that the store has the job under. */
export function storedLease({ isMarked, job, localLease }: StoredRun): string | null {
  return isMarked ? job.lease : localLease
}

/** The run with one more write of its job posted: that write carries `job`. */
export function nextWrite(run: StoredRun): StoredRun {
  const version = run.version + 1
  return { ...run, job: { ...run.job, version }, version, isMarked: true }
}

/** The same, with the request to cancel noted. */
export function nextWriteOfCancel(run: StoredRun): StoredRun {
  return { ...nextWrite(run), job: requestCancel({ ...run.job, version: run.version }) }
}

/** What the run goes on from after a write that was not taken, with the job as it is stored now. Null: the job is no longer ours. */
export function reloadRun(run: StoredRun, stored: Job | null): StoredRun | null {
  if (stored?.status === 'running' && stored.lease === run.job.lease) {
    return { ...run, job: stored, version: stored.version, isMarked: true }
  }
  if (stored?.status === 'pending' && stored.lease !== null && stored.lease === run.localLease) {
    return { ...run, job: { ...run.job, cancelRequested: false }, version: stored.version, isMarked: false }
  }
  return null
}
