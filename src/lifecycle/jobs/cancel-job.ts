import { ProblemError } from '../../domain/errors.ts'
import { cancelPending, type PendingJob, requestCancel } from '../../domain/job.ts'
import type { JobView } from '../../domain/job-view.ts'
import { findJob } from '../access/find-job.ts'
import { stageJobEnd } from '../outbox/stage-job-end.ts'
import type { Context, Reader } from '../process/context.ts'
import type { BufferedJob } from '../process/local-queue.ts'

/** A cancel that lost a race looks again at most so often. */
const ROUNDS = 8

/**
 * Cancels a job. `canceled`: it is canceled now or was before; otherwise a running handler must stop first. Refuses with
 * `not_found`, `gone`, or `already_finished`.
 */
export async function cancelJob(context: Context, reader: Reader, id: string): Promise<{ view: JobView; canceled: boolean }> {
  for (let round = 0; round < ROUNDS; round++) {
    const view = await findJob(context, reader, id)
    const { job } = view
    switch (job.status) {
      case 'canceled':
        return { view, canceled: true }
      case 'completed':
      case 'failed':
        throw new ProblemError('already_finished', `The job has ended already: ${job.status}.`)
    }

    const control = context.runs.get(id)
    if (control) {
      await control.cancel()
      const now = await findJob(context, reader, id)
      // Without the wish on it this is the job's next run, begun when the one just reached had ended already.
      if (now.job.status === 'running' && now.job.cancelRequested) return { view: now, canceled: false }
      continue
    }
    if (job.status === 'running') {
      if (job.cancelRequested) return { view, canceled: false }
      // Another process runs it: it learns of the wish by the notice, or at its next beat.
      if (await context.store.commit([{ write: 'updateJob', job: requestCancel(job) }])) context.waiters.notify(id)
      continue
    }
    const held = context.localQueues.jobs.remove(job.tenantId, id)
    if (held) await commitHeldCanceled(context, held)
    else if (job.lease === null) await commitCanceled(context, job)
  }
  throw new ProblemError('overloaded', 'The job changes too fast to be canceled now.', { retryAfterSeconds: 1 })
}

/** When the store cannot take the cancel, the job is to run after all. */
async function commitHeldCanceled(context: Context, held: BufferedJob): Promise<void> {
  try {
    await commitCanceled(context, held.job)
  } catch (error) {
    context.localQueues.jobs.putBack(held.job.tenantId, held)
    context.queue.wake('job', held.job.tenantId)
    throw error
  }
}

async function commitCanceled(context: Context, pending: PendingJob): Promise<void> {
  const job = cancelPending(pending, context.clock.now())
  const staged = await stageJobEnd(context, job, null, null)
  const written = await context.store.commit([{ write: 'updateJob', job }, ...staged.writes]).catch((error) => {
    staged.abandoned()
    throw error
  })
  if (!written) return staged.abandoned()
  staged.committed()
  context.log.info(
    { job: job.id, tenant: job.tenantId, type: job.type, status: job.status, attempt: job.attempt, ms: 0, error: null },
    'job run',
  )
}
