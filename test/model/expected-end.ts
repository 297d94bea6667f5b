/**
 * The reference model: what a job must have become by what its handlers answered and its clients asked, told without a look
 * at how the lifecycle decides it.
 */
import type { JobRow } from './database.ts'
import type { HandlerRun, KnownJob } from './history.ts'
import { violated } from './violation.ts'

interface End {
  status: JobRow['status']
  /** Of the error, for a failed job. */
  code: string | null
}

/** Checks a job that has ended against all that is known of it. `runs` are its handlers' runs in the order they began. */
export function checkEnd(row: JobRow, job: KnownJob, runs: readonly HandlerRun[]): void {
  const actual: End = { status: row.status, code: row.error === null ? null : JSON.parse(row.error).code }
  if (!job.disturbed && !job.cancelSought) {
    const expected = undisturbedEnd(runs, row.max_attempts)
    if (expected.status !== actual.status || expected.code !== actual.code) {
      violated('model', `${row.id} is ${told(actual)}, its handlers make it ${told(expected)}`)
    }
  }
  const cause = causeMissing(row, actual, job, runs)
  if (cause) violated('model', `${row.id} is ${told(actual)}, but ${cause}`)
}

/** What the handlers' answers alone make of a job. */
function undisturbedEnd(runs: readonly HandlerRun[], maxAttempts: number): End {
  for (const [index, run] of runs.entries()) {
    if (run.attempt !== index + 1) violated('I7', `${run.jobId} began attempt ${run.attempt} as its run ${index + 1}`)
    const last = index + 1 >= maxAttempts
    if (run.abortedAt !== null) {
      if (!isTimedOut(run)) violated('model', `${run.jobId} was told to stop without a reason`)
      return { status: 'failed', code: 'timeout' }
    }
    if (run.outcome?.kind === 'completed') return { status: 'completed', code: null }
    if (run.outcome?.kind === 'failed' && (last || !run.outcome.failure.retryable))
      return { status: 'failed', code: run.outcome.failure.code }
    if (run.outcome?.kind === 'worker_lost' && last) return { status: 'failed', code: 'worker_lost' }
  }
  return { status: 'pending', code: null }
}

/** Why nothing that happened can have made this end, or null. */
function causeMissing(row: JobRow, { status, code }: End, job: KnownJob, runs: readonly HandlerRun[]): string | null {
  switch (status) {
    case 'completed': {
      const results = runs.flatMap(({ outcome }) =>
        outcome?.kind === 'completed' && outcome.result.kind === 'json' ? [outcome.result.bytes] : [],
      )
      const stored = row.result
      return stored && results.some((bytes) => Buffer.compare(bytes, stored) === 0) ? null : 'no handler gave its result'
    }
    case 'canceled':
      return job.cancelSought ? null : 'nobody asked to cancel it'
    case 'failed':
      if (code === 'timeout') return runs.some(isTimedOut) ? null : 'no run took too long'
      if (code === 'worker_lost')
        return job.orphaned || runs.some(({ outcome }) => outcome?.kind === 'worker_lost') ? null : 'no worker was lost'
      return runs.some(({ outcome }) => outcome?.kind === 'failed' && outcome.failure.code === code) ? null : 'no handler said so'
    default:
      return null
  }
}

function isTimedOut(run: HandlerRun): boolean {
  return run.abortedAt !== null && run.abortedAt - run.startedAt >= run.spec.timeoutMs
}

function told({ status, code }: End): string {
  return code === null ? status : `${status} (${code})`
}
