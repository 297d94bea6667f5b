import { ProblemError } from '../../domain/errors.ts'
import { cancelPending, type PendingJob, requestCancel } from '../../domain/job.ts'
import type { JobView } from '../../domain/job-view.ts'
import type { Change } from '../../ports/change.ts'
import { findJob } from '../access/find-job.ts'
import { commit, commitTaken } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'
import { stageJobEnd } from '../outbox/stage-job-end.ts'
import type { Context, Reader } from '../process/context.ts'

/**
 * Cancels a job. `canceled`: it is canceled now or was before; otherwise a running handler must stop first. Refuses with
 * `not_found`, `gone`, or `already_finished`.
 */
export function cancelJob(context: Context, reader: Reader, id: string): Promise<{ view: JobView; canceled: boolean }> {
  return retrying(`job ${id}`, async () => {
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
      await control.cancel(context.deed)
      const now = await findJob(context, reader, id)
      // A run that is not to be canceled is the job's next one: it began when the one just reached had ended.
      return now.job.status === 'running' && now.job.cancelRequested ? { view: now, canceled: false } : 'lost'
    }
    if (job.status === 'running') {
      if (job.cancelRequested) return { view, canceled: false }
      // The process that runs the job learns of it by a message of the bus, or at its next heartbeat.
      await commit(context, [{ write: 'updateJob', job: requestCancel(job), heldUnder: job.lease }])
      return 'lost'
    }
    const held = context.localQueues.job.remove(job.tenantId, id)
    if (held !== null) await commitCanceled(context, held.job, (change) => commitTaken(context, 'job', held, change))
    else if (job.lease === null) await commitCanceled(context, job, (change) => commit(context, change))
    else await context.localQueues.job.ahead.arrival(job.tenantId)
    // As it is now, canceled or not.
    return 'lost'
  })
}

async function commitCanceled(context: Context, pending: PendingJob, commitChange: (change: Change) => Promise<boolean>): Promise<void> {
  const job = cancelPending(pending, context.clock.now())
  const written = await retrying(`job ${job.id}`, async () => {
    if (await commitChange([{ write: 'updateJob', job, heldUnder: pending.lease }, ...(await stageJobEnd(context, job, null, null))]))
      return true
    // Of its group another job has ended in the same moment: what this end is for it is staged anew.
    return job.group !== undefined && (await context.store.jobs.find(job.id))?.version === pending.version ? 'lost' : false
  })
  if (!written) return
  context.log.info(
    { job: job.id, tenant: job.tenantId, type: job.type, status: job.status, attempt: job.attempt, ms: 0, error: null },
    'job run',
  )
}
