import { isFinished, type PendingJob, type RunningJob } from '../../domain/job.ts'
import type { JobView } from '../../domain/job-view.ts'
import { type JobEstimate, NO_ESTIMATE } from '../../wire/documents/job.ts'
import type { Context } from '../process/context.ts'

/** Positions are counted up to here; beyond, the document says null. */
const POSITION_CAP = 100
/** For a type that has no finished run yet the wait before the next poll grows with the job's age, up to this. */
const UNKNOWN_CAP_MS = 30_000

/** A running job that is to be canceled ends within so many seconds (docs/contract.md#jobs). */
const CANCEL_SECONDS = 5

/** The estimate of a job, with a hint when to poll again. */
export interface PollingEstimate extends JobEstimate {
  retryAfterSeconds: number
  /** The job turns `overdue` in so many milliseconds unless it changes first; null: it is overdue, or nothing is known of its type. */
  overdueInMs: number | null
}

/** What is expected of a job from the recent durations of its type and the queue in front of it. */
export async function estimateJob(context: Context, view: JobView): Promise<PollingEstimate> {
  const { job } = view
  if (isFinished(job)) return { ...NO_ESTIMATE, retryAfterSeconds: 1, overdueInMs: null }
  const now = context.clock.now()
  const expected = context.runTimes.expected(job.type)
  if (job.status === 'running') return ofRunning(job, expected, now)
  const due = job.dueAt <= now
  const position = due ? await context.store.jobs.queuePosition(job, now, POSITION_CAP) : null
  const slots = context.settings.job.concurrency * Math.max(1, context.workerCount.current())
  return ofPending(job, expected, now, { position, slots })
}

/** By type, the beginning of an attempt before which a run is overdue now: `ofRunning` for every job at once. */
export function overdueSince({ clock, runTimes }: Pick<Context, 'clock' | 'runTimes'>): Record<string, number> {
  const now = clock.now()
  return Object.fromEntries([...runTimes.all()].map(([type, expected]) => [type, now - 2 * expected]))
}

function ofRunning(job: RunningJob, expected: number | null, now: number): PollingEstimate {
  // The clock may have been set back meanwhile.
  const age = Math.max(0, now - job.attemptStartedAt)
  const atMost = job.cancelRequested ? CANCEL_SECONDS : Number.POSITIVE_INFINITY
  if (expected === null) return { ...NO_ESTIMATE, retryAfterSeconds: Math.min(atMost, backoffHint(age)), overdueInMs: null }
  const left = expected - age
  const overdue = -left > expected
  return {
    queuePosition: null,
    estimatedCompletionAt: Math.round(job.attemptStartedAt + expected),
    overdue,
    retryAfterSeconds: Math.min(atMost, left > 0 ? seconds(left) : backoffHint(-left)),
    overdueInMs: overdue ? null : Math.floor(left + expected) + 1,
  }
}

function ofPending(
  job: PendingJob,
  expected: number | null,
  now: number,
  { position, slots }: { position: number | null; slots: number },
): PollingEstimate {
  const due = job.dueAt <= now
  const untilDue = Math.max(0, job.dueAt - now)
  if (expected === null) {
    const retryAfterSeconds = seconds(untilDue + (due ? backoffHint(now - job.dueAt) * 1000 : 0))
    return { ...NO_ESTIMATE, queuePosition: position, retryAfterSeconds, overdueInMs: null }
  }
  const ahead = due ? (position ?? POSITION_CAP) - 1 : 0
  const wait = untilDue + (ahead / slots + 1) * expected
  return {
    queuePosition: position,
    estimatedCompletionAt: Math.round(now + wait),
    overdue: false,
    retryAfterSeconds: seconds(wait),
    overdueInMs: null,
  }
}

function backoffHint(ageMs: number): number {
  return seconds(Math.min(UNKNOWN_CAP_MS, ageMs / 2))
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}
