import { Refusal } from '../domain/errors.ts'
import { type FinishedJob, isFinished } from '../domain/job.ts'
import type { Tenant } from '../domain/tenant.ts'
import { findJob } from './find-job.ts'
import { outlook } from './outlook.ts'
import { type SubmitInput, type Submitted, submitJob } from './submit-job.ts'
import type { Reader, World } from './world.ts'

/** Whose limits a rerun counts for. */
export type Owner = Pick<Tenant, 'id' | 'limits'>

export interface RerunOptions extends Pick<SubmitInput, 'idempotency' | 'traceparent'> {
  /** Counts one submit of the owner; a refusal of it stops the rerun. */
  admit: (owner: Owner) => void
}

/**
 * Submits an ended job once more, for its own tenant: a new job with the same payload, callback, tags, metadata, priority and
 * limits. Refuses as `submitJob` does, and with `not_found`, `gone`, `conflict` when its record is damaged, or `not_finished` while it has
 * not ended.
 */
export async function rerunJob(world: World, reader: Reader, id: string, options: RerunOptions): Promise<Submitted> {
  const view = await findJob(world, reader, id)
  const { job } = view
  if (!isFinished(job)) {
    const { retryAfterSeconds } = await outlook(world, view)
    throw new Refusal('not_finished', `The job is ${job.status}: only a job that has ended can be run again.`, { retryAfterSeconds })
  }
  options.admit(await ownerOf(world, job.tenantId))
  return submitAgain(world, job, false, options)
}

/** What `rerunJob` does once it is decided. @param onlyFirst refuse with `conflict` when the job has a rerun already */
export async function submitAgain(
  world: World,
  job: FinishedJob,
  onlyFirst: boolean,
  { idempotency, traceparent }: Pick<RerunOptions, 'idempotency' | 'traceparent'>,
): Promise<Submitted> {
  if (job.damage !== undefined) throw new Refusal('conflict', 'The record of this job is damaged: submit a new one.')
  const payload = await world.store.payload(job.id)
  if (payload === null) throw new Refusal('gone', 'This job has ended and its retention is over.')
  const { tenantId, type, callback, timeoutMs, maxAttempts, priority, tags, metadata } = job
  return submitJob(world, {
    ...{ tenantId, type, payload, callback, timeoutMs, maxAttempts, priority, tags, metadata, traceparent, idempotency },
    callbackPointer: '/callback/url',
    runAt: null,
    rerunOf: { jobId: job.id, onlyFirst },
  })
}

export async function ownerOf(world: World, tenantId: string): Promise<Owner> {
  return { id: tenantId, limits: (await world.store.tenant(tenantId))?.limits ?? {} }
}
