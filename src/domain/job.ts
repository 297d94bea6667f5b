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

import type { JobFailure, ResultInfo } from './job-outcome.ts'

/** The statuses of a job that has ended. */
export const JOB_END_STATUSES = ['completed', 'failed', 'canceled'] as const
/** Every status of a job. */
export const JOB_STATUSES = ['pending', 'running', ...JOB_END_STATUSES] as const
/** One of `JOB_STATUSES`. */
export type JobStatus = (typeof JOB_STATUSES)[number]

/** The callback a job carries of its own. Header values are write-only on the wire and sealed at rest. */
export interface JobCallback {
  url: string
  events: readonly JobEventType[]
  headers: Readonly<Record<string, string>>
}

/** The types of event that the end of a job is announced with. */
export const JOB_EVENT_TYPES = ['job.completed', 'job.failed', 'job.canceled'] as const
/** One of `JOB_EVENT_TYPES`. */
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
  /** When the submitter wants it to run; null: at once. */
  runAt: number | null
  timeoutMs: number
  maxAttempts: number
  /** The job this one does once more. */
  rerunOf: string | null
  /** The name of the group it was submitted in; absent without one. */
  group?: string
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

/** Waits for its due time and a turn of its tenant's lane. The claim of a turn or a cancel moves it on. */
export interface PendingJob extends JobCore {
  status: 'pending'
  dueAt: number
  /** Set when a process holds the record in memory to run it without another read; nobody else may claim it. */
  lease: string | null
  /** Of the last failed attempt, while the job waits for its next. */
  error: JobFailure | null
}

/** A worker process runs it. `runJob` of the lease's holder moves it on, or the reclaim of what a dead process held. */
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

/** A job that has ended. */
export type FinishedJob = CompletedJob | FailedJob | CanceledJob
/** A job in any state. */
export type Job = PendingJob | RunningJob | FinishedJob

/** What a new job is made of. */
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
    version: FIRST_VERSION,
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

/** pending → canceled. */
export function cancelPending(job: PendingJob, now: number): CanceledJob {
  const { dueAt: _due, error: _error, lease: _lease, ...core } = job
  return { ...core, status: 'canceled', cancelRequested: true, waitingSince: null, finishedAt: now, version: job.version + 1 }
}

/** Notes that the job is to be canceled; the process that runs it ends it. */
export function requestCancel(job: RunningJob): RunningJob {
  return { ...job, cancelRequested: true, version: job.version + 1 }
}

/** A pending record held in memory by a process that is gone goes back to the lane; no attempt was counted. */
export function releasePending(job: PendingJob): PendingJob {
  return { ...job, lease: null, version: job.version + 1 }
}

/** A job that waits in the lane is held in memory by a process from now on; it stays pending. */
export function leasePending(job: PendingJob, lease: string): PendingJob {
  return { ...job, lease, version: job.version + 1 }
}

/** The version of a job that nobody has touched since it was inserted: no process has held it, so no crash can be its fault. */
export const FIRST_VERSION = 1

/** Whether a job has ended. */
export function isFinished(job: Job): job is FinishedJob {
  return job.status === 'completed' || job.status === 'failed' || job.status === 'canceled'
}

/** The event a job's end is announced with. */
export function eventTypeOf(job: FinishedJob): JobEventType {
  return `job.${job.status}`
}
