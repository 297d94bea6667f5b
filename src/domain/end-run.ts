/** The arrows of a job that leave `running` at the end of a run: see the diagram of `job.ts`. */
import type { CanceledJob, FailedJob, Job, PendingJob, RunningJob } from './job.ts'
import { type JobFailure, type OpenBreaker, type RunOutcome, resultInfo } from './job-outcome.ts'
import { jobRetryDelay, upstreamWait } from './retry.ts'

/**
 * running → what its outcome makes of it. A requested cancel wins over whatever the handler returned. For `patienceMs` a job
 * waits, spending no attempt, while its upstream answers nothing.
 */
export function endRun(job: RunningJob, outcome: RunOutcome, now: number, random: number, patienceMs = 0): Job {
  if (job.cancelRequested) return canceled(job, now)
  switch (outcome.kind) {
    case 'completed':
      return { ...finished(job, now), status: 'completed', result: resultInfo(outcome.result) }
    case 'failed':
      return retryOrFail(
        { ...job, waitingSince: null },
        outcome.failure,
        now,
        now + Math.max(jobRetryDelay(job.attempt, random), outcome.retryAfterMs ?? 0),
      )
    case 'unanswered':
      return waitOrRetry(job, outcome, now, random, patienceMs)
    case 'timeout':
      return failed(
        job,
        { code: 'timeout', message: `The run took longer than ${job.timeoutMs / 1000} s.`, retryable: false, details: null },
        now,
      )
    case 'canceled':
      return canceled(job, now)
    case 'worker_lost':
      return retryOrFail(
        job,
        {
          ...{ code: 'worker_lost', message: 'The worker that ran this attempt vanished.', retryable: true, details: null },
          ...(outcome.reason === undefined ? {} : { internal: { name: 'WorkerLost', message: outcome.reason, stack: '' } }),
        },
        now,
        now,
      )
    case 'handed_back':
      return { ...pendingAgain(job, now), attempt: job.attempt - 1, error: null }
    default:
      return outcome satisfies never
  }
}

function retryOrFail(job: RunningJob, failure: JobFailure, now: number, dueAt: number): PendingJob | FailedJob {
  if (!failure.retryable || job.attempt >= job.maxAttempts) return failed(job, failure, now)
  return { ...pendingAgain(job, dueAt), error: failure }
}

/** While its patience lasts the job is due again when the upstream is probed next; then it is retried as after any other failure. */
function waitOrRetry(
  job: RunningJob,
  { failure, breaker = null }: RunOutcome & { kind: 'unanswered' },
  now: number,
  random: number,
  patienceMs: number,
): PendingJob | FailedJob {
  const waitingSince = Math.min(now, job.waitingSince ?? heldBackSince(job, breaker))
  const waited = now - waitingSince
  const waiting = { ...job, waitingSince }
  if (waited >= patienceMs) return retryOrFail(waiting, failure, now, now + jobRetryDelay(job.attempt, random))
  const dueAt = Math.max(now + upstreamWait(waited), breaker?.probeAt ?? 0)
  return { ...pendingAgain(waiting, Math.min(dueAt, waitingSince + patienceMs)), attempt: job.attempt - 1, error: failure }
}

/** A job that was due while the breaker was open has waited since then, although it was not tried. */
function heldBackSince(job: RunningJob, breaker: OpenBreaker | null): number {
  const isFirst = job.attempt === 1
  return breaker === null || !isFirst ? job.attemptStartedAt : Math.max(breaker.openSince, job.createdAt, job.runAt ?? 0)
}

function pendingAgain(job: RunningJob, dueAt: number): Omit<PendingJob, 'error'> {
  const { attemptStartedAt: _at, ...core } = job
  return { ...core, status: 'pending', dueAt, lease: null, version: job.version + 1 }
}

function failed(job: RunningJob, failure: JobFailure, now: number): FailedJob {
  return { ...finished(job, now), status: 'failed', error: failure }
}

function canceled(job: RunningJob, now: number): CanceledJob {
  return { ...finished(job, now), status: 'canceled', cancelRequested: true }
}

function finished(job: RunningJob, now: number): Omit<RunningJob, 'status' | 'lease' | 'attemptStartedAt'> & { finishedAt: number } {
  const { lease: _lease, attemptStartedAt: _at, status: _status, ...core } = job
  return { ...core, waitingSince: null, finishedAt: now, version: job.version + 1 }
}
