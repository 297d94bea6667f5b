/** A job as a long-running operation, in the words that stock pollers of `Operation-Location` read (Azure REST guidelines). */
import { isFinished, type Job } from '../../domain/job.ts'
import type { JobView } from '../../domain/job-view.ts'
import { timestamp } from './timestamp.ts'

const STATUSES = { completed: 'Succeeded', failed: 'Failed', canceled: 'Canceled' } as const
/** The statuses of an operation. */
export const OPERATION_STATUSES = ['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'] as const

/** The operation document as JSON text. `result` and `error` are null before the end, because pollers take either for the outcome. */
export function operationDocument({ job, progress, inlineResult }: JobView): string {
  const head = {
    id: job.id,
    status: operationStatus(job),
    createdDateTime: timestamp(job.createdAt),
    lastActionDateTime: timestamp(lastActionAt(job)),
    percentComplete: job.status === 'completed' ? 100 : wholePercent(progress?.percent ?? null),
  }
  const result = inlineResult === null ? 'null' : new TextDecoder().decode(inlineResult)
  const error = job.status === 'failed' ? { code: job.error.code, message: job.error.message } : null
  return `${JSON.stringify(head).slice(0, -1)},"result":${result},"error":${JSON.stringify(error)}}`
}

/** A job that waits for another attempt has been started. */
function operationStatus(job: Job): (typeof OPERATION_STATUSES)[number] {
  if (isFinished(job)) return STATUSES[job.status]
  return job.startedAt === null ? 'NotStarted' : 'Running'
}

function lastActionAt(job: Job): number {
  if (isFinished(job)) return job.finishedAt
  return job.status === 'running' ? job.attemptStartedAt : (job.startedAt ?? job.createdAt)
}

/** Rounded down: 100 is said at the end alone. */
function wholePercent(percent: number | null): number | null {
  return percent === null ? null : Math.max(0, Math.min(99, Math.floor(percent)))
}
