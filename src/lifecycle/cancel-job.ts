import { Refusal } from '../domain/errors.ts'
import { cancelPending, type PendingJob, requestCancel } from '../domain/job.ts'
import type { JobView } from '../domain/job-document.ts'
import { announceEnd } from './announce-end.ts'
import { findJob } from './find-job.ts'
import type { HeldJob } from './handover.ts'
import type { Reader, World } from './world.ts'

/** A cancel that lost a race looks again at most so often. */
const ROUNDS = 8

/**
 * Cancels a job. `canceled`: it is canceled now or was before; otherwise a running handler must stop first. Refuses with
 * `not_found`, `gone`, or `already_finished`.
 */
export async function cancelJob(world: World, reader: Reader, id: string): Promise<{ view: JobView; canceled: boolean }> {
  for (let round = 0; round < ROUNDS; round++) {
    const view = await findJob(world, reader, id)
    const { job } = view
    switch (job.status) {
      case 'canceled':
        return { view, canceled: true }
      case 'completed':
      case 'failed':
        throw new Refusal('already_finished', `The job has ended already: ${job.status}.`)
    }

    const control = world.runs.get(id)
    if (control) {
      await control.cancel()
      const now = await findJob(world, reader, id)
      // Without the wish on it this is the job's next run, begun when the one just reached had ended already.
      if (now.job.status === 'running' && now.job.cancelRequested) return { view: now, canceled: false }
      continue
    }
    if (job.status === 'running') {
      if (job.cancelRequested) return { view, canceled: false }
      // Another process runs it: it learns of the wish by the notice, or at its next beat.
      if (await world.store.commit([{ write: 'updateJob', job: requestCancel(job) }])) world.waiters.notify(id)
      continue
    }
    const held = world.handover.jobs.remove(job.tenantId, id)
    if (held) await commitHeldCanceled(world, held)
    else if (job.lease === null) await commitCanceled(world, job)
  }
  throw new Refusal('overloaded', 'The job changes too fast to be canceled now.', { retryAfterSeconds: 1 })
}

/** When the store cannot take the cancel, the job is to run after all. */
async function commitHeldCanceled(world: World, held: HeldJob): Promise<void> {
  try {
    await commitCanceled(world, held.job)
  } catch (error) {
    world.handover.jobs.putBack(held.job.tenantId, held)
    world.queue.wake('job', held.job.tenantId)
    throw error
  }
}

async function commitCanceled(world: World, pending: PendingJob): Promise<void> {
  const job = cancelPending(pending, world.clock.now())
  const announcement = await announceEnd(world, job, null, null)
  const written = await world.store.commit([{ write: 'updateJob', job }, ...announcement.writes]).catch((error) => {
    announcement.abandoned()
    throw error
  })
  if (!written) return announcement.abandoned()
  announcement.committed()
  world.log.info(
    { job: job.id, tenant: job.tenantId, type: job.type, status: job.status, attempt: job.attempt, ms: 0, error: null },
    'job run',
  )
}
