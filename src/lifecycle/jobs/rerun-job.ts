import { ProblemError } from '../../domain/errors.ts'
import { type FinishedJob, isFinished } from '../../domain/job.ts'
import type { Tenant } from '../../domain/tenant.ts'
import { findJob } from '../access/find-job.ts'
import type { Context, Reader } from '../process/context.ts'
import { estimateJob } from './estimate.ts'
import { type SubmitInput, type Submitted, submitJob } from './submit-job.ts'

/** Whose limits a rerun counts for. */
export type Owner = Pick<Tenant, 'id' | 'limits'>

/** How a job is rerun. */
export interface RerunOptions extends Pick<SubmitInput, 'idempotency' | 'traceparent'> {
  /** Counts one submit of the owner; a refusal of it stops the rerun. */
  admit: (owner: Owner) => void
}

/**
 * Submits an ended job once more, for its own tenant: a new job with the same payload, callback, tags, metadata, priority and
 * limits. Refuses as `submitJob` does, and with `not_found`, `gone`, `conflict` when its record is damaged, or `not_finished` while it has
 * not ended.
 */
export async function rerunJob(context: Context, reader: Reader, id: string, options: RerunOptions): Promise<Submitted> {
  const view = await findJob(context, reader, id)
  const { job } = view
  if (!isFinished(job)) {
    const { retryAfterSeconds } = await estimateJob(context, view)
    throw new ProblemError('not_finished', `The job is ${job.status}: only a job that has ended can be run again.`, { retryAfterSeconds })
  }
  options.admit(await ownerOf(context, job.tenantId))
  return submitAgain(context, job, false, options)
}

/** What `rerunJob` does once it is decided. @param onlyFirst refuse with `conflict` when the job has a rerun already */
export async function submitAgain(
  context: Context,
  job: FinishedJob,
  onlyFirst: boolean,
  { idempotency, traceparent }: Pick<RerunOptions, 'idempotency' | 'traceparent'>,
): Promise<Submitted> {
  if (job.damage !== undefined) throw new ProblemError('conflict', 'The record of this job is damaged: submit a new one.')
  const payload = await context.store.jobs.payload(job.id)
  if (payload === null) throw new ProblemError('gone', 'This job has ended and its retention is over.')
  const { tenantId, type, callback, timeoutMs, maxAttempts, priority, tags, metadata } = job
  return submitJob(context, {
    ...{ tenantId, type, payload, callback, timeoutMs, maxAttempts, priority, tags, metadata, traceparent, idempotency },
    runAt: null,
    rerunOf: { jobId: job.id, onlyFirst, traceparent: job.traceparent },
  })
}

/** The owner of a job, with its limits as they are now. */
export async function ownerOf(context: Context, tenantId: string): Promise<Owner> {
  return { id: tenantId, limits: (await context.store.tenants.find(tenantId))?.limits ?? {} }
}
