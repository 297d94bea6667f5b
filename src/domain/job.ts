/**
 * A job: one piece of work, and every step it can take. Pure: no I/O, no clock, no randomness.
 *
 *   pending ──start──▶ running ──┬─▶ completed
 *      ▲                 │       ├─▶ failed      (error; attempts spent; timeout; worker_lost)
 *      └─retry/hand back─┘       └─▶ canceled    (also straight from pending)
 *        /wait for its upstream
 *
 * Times are milliseconds since the epoch. Every arrow returns a new record with `version + 1`; the store
 * commits it only over the version before.
 */

import type { AttemptReport } from './destination.ts'
import type { ErrorOriginal } from './original-error.ts'
import { jobRetryDelay, upstreamWait } from './retry.ts'

/** The statuses of a job that has ended. */
export const JOB_END_STATUSES = ['completed', 'failed', 'canceled'] as const
/** Every status of a job. */
export const JOB_STATUSES = ['pending', 'running', ...JOB_END_STATUSES] as const
export type JobStatus = (typeof JOB_STATUSES)[number]

/** What went wrong, as integrators read it in `error`. `retryable` tells whether trying again may help. */
export interface JobFailure {
  code: string
  message: string
  retryable: boolean
  details: unknown
  /** What really happened, in words that are the operator's alone: where the four members above are words of ours. */
  internal?: ErrorOriginal
}

/** The callback a job carries of its own. Header values are write-only on the wire and sealed at rest. */
export interface JobCallback {
  url: string
  events: readonly JobEventType[]
  headers: Readonly<Record<string, string>>
}

export const JOB_EVENT_TYPES = ['job.completed', 'job.failed', 'job.canceled'] as const
export type JobEventType = (typeof JOB_EVENT_TYPES)[number]

interface JobCore {
  id: string
  tenantId: string
  type: string
  priority: number
  tags: readonly string[]
  metadata: Readonly<Record<string, string>>
  callback: JobCallback | null
  /** W3C trace context of the submitting request, forwarded to the handler. */
  traceparent: string | null
  createdAt: number
  /** The submitter's wish; null = at once. */
  runAt: number | null
  timeoutMs: number
  maxAttempts: number
  /** The job this one does once more. */
  rerunOf: string | null
  /** Attempts started so far, the present one included; an attempt handed back is not among them. */
  attempt: number
  /** Start of the first run, or null. */
  startedAt: number | null
  cancelRequested: boolean
  /** Since when it waits, spending no attempt, for an upstream that answers nothing; null once that has answered. */
  waitingSince: number | null
  version: number
  /** The column of its stored record that cannot be read. What stands here instead is made up: it is shown, and never run. */
  damage?: string
}

/** Waits for its due time and a turn of its tenant's lane. `runLane` (claim) or a cancel moves it on. */
export interface PendingJob extends JobCore {
  status: 'pending'
  dueAt: number
  /** Set when a process holds the record in memory to run it without another read; nobody else may claim it. */
  lease: string | null
  /** Of the last failed attempt, while the job waits for its next. */
  error: JobFailure | null
}

/** A worker process runs it. `runJob` of the lease's holder moves it on, or `sweep` when that process is gone. */
export interface RunningJob extends JobCore {
  status: 'running'
  lease: string
  attemptStartedAt: number
}

/** Ended well. Nothing moves it on but the end of its retention. */
export interface CompletedJob extends JobCore {
  status: 'completed'
  finishedAt: number
  result: ResultInfo
}

/** Ended badly, with the reason. Nothing moves it on but the end of its retention. */
export interface FailedJob extends JobCore {
  status: 'failed'
  finishedAt: number
  error: JobFailure
}

/** Ended on request. Nothing moves it on but the end of its retention. */
export interface CanceledJob extends JobCore {
  status: 'canceled'
  finishedAt: number
}

export type FinishedJob = CompletedJob | FailedJob | CanceledJob
export type Job = PendingJob | RunningJob | FinishedJob

/** What a handler answered. JSON is kept as the bytes it was written with. */
export type JobResult =
  | { kind: 'json'; bytes: Uint8Array }
  | { kind: 'content'; bytes: Uint8Array; contentType: string; filename?: string }
  | { kind: 'location'; url: string }

/** The result as the job record knows it; the bytes live in a table of their own. `size` in bytes. */
export type ResultInfo =
  | { kind: 'json'; size: number }
  | { kind: 'content'; size: number; contentType: string; filename?: string }
  | { kind: 'location'; url: string }

/** How a run ended, as the executor and the process that watches it tell it. */
export type RunOutcome =
  | { kind: 'completed'; result: JobResult }
  /** `health`: what the answer says of the upstream that gave it. */
  | { kind: 'failed'; failure: JobFailure; retryAfterMs?: number; health?: AttemptReport['kind'] }
  /** The upstream answered nothing at all. `breaker`: that of the upstream when it is open. */
  | { kind: 'unanswered'; failure: JobFailure; breaker?: OpenBreaker | null }
  | { kind: 'timeout' }
  | { kind: 'canceled' }
  /** `reason`: how the work took its thread down, for the operator. */
  | { kind: 'worker_lost'; reason?: string }
  | { kind: 'handed_back' }

/** Of an upstream that keeps failing: since when, and when the next probe may go out. */
export interface OpenBreaker {
  openSince: number
  probeAt: number
}

export type NewJob = Omit<JobCore, 'createdAt' | 'attempt' | 'startedAt' | 'cancelRequested' | 'waitingSince' | 'version'>

/** A job as it is first stored. `lease` is set when this process hands it to itself in memory. */
export function newJob(input: NewJob, now: number, lease: string | null): PendingJob {
  return {
    ...input,
    status: 'pending',
    createdAt: now,
    dueAt: Math.max(now, input.runAt ?? now),
    attempt: 0,
    startedAt: null,
    cancelRequested: false,
    waitingSince: null,
    lease,
    error: null,
    version: 1,
  }
}

/** pending → running under a new lease. */
export function startJob(job: PendingJob, lease: string, now: number): RunningJob {
  const { dueAt: _due, error: _error, ...core } = job
  return {
    ...core,
    status: 'running',
    lease,
    attempt: job.attempt + 1,
    startedAt: job.startedAt ?? now,
    attemptStartedAt: now,
    version: job.version + 1,
  }
}

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

/** pending → canceled. */
export function cancelPending(job: PendingJob, now: number): CanceledJob {
  const { dueAt: _due, error: _error, lease: _lease, ...core } = job
  return { ...core, status: 'canceled', cancelRequested: true, waitingSince: null, finishedAt: now, version: job.version + 1 }
}

/** Notes the wish; the process that runs the job ends it. */
export function requestCancel(job: RunningJob): RunningJob {
  return { ...job, cancelRequested: true, version: job.version + 1 }
}

/** A pending record held in memory by a process that is gone goes back to the lane; no attempt was counted. */
export function releasePending(job: PendingJob): PendingJob {
  return { ...job, lease: null, version: job.version + 1 }
}

export function isFinished(job: Job): job is FinishedJob {
  return job.status === 'completed' || job.status === 'failed' || job.status === 'canceled'
}

/** Why a job whose stored record cannot be read is not run, and what is told in place of its own error. */
export function unreadableFailure(damage: string): JobFailure {
  return { code: 'unreadable', message: `The stored record of this job cannot be read: ${damage}.`, retryable: false, details: null }
}

/** The event a job's end is announced with. */
export function eventTypeOf(job: FinishedJob): JobEventType {
  return `job.${job.status}`
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

function resultInfo(result: JobResult): ResultInfo {
  switch (result.kind) {
    case 'json':
      return { kind: 'json', size: result.bytes.byteLength }
    case 'content': {
      const { bytes, ...told } = result
      return { ...told, size: bytes.byteLength }
    }
    case 'location':
      return { kind: 'location', url: result.url }
    default:
      return result satisfies never
  }
}
