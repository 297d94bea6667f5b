import { type PendingDelivery, releaseDelivery, type SendingDelivery } from '../../domain/delivery.ts'
import { endRun } from '../../domain/end-run.ts'
import { isFinished, type PendingJob, type RunningJob, releasePending } from '../../domain/job.ts'
import { commit } from '../commit/commit.ts'
import { stageJobEnd } from '../outbox/stage-job-end.ts'
import type { Context } from '../process/context.ts'

/** Records looked at in one round. */
const BATCH = 500

/**
 * Takes back every record under a lease of a process that is not `alive`: of a process alone, every lease but its own. A job
 * whose worker vanished has spent an attempt; what was only held in memory has not.
 */
export async function reclaim(context: Context, alive: readonly string[]): Promise<{ jobs: number; deliveries: number }> {
  const total = { jobs: 0, deliveries: 0 }
  const holders = (await context.store.workers.leaseHolders()).filter((worker) => !alive.includes(worker))
  // Who has come since `alive` was read registered before its first lease.
  const registered = context.bus === null || holders.length === 0 ? [] : await context.store.workers.all()
  for (const worker of holders) {
    if (registered.some(({ id }) => id === worker)) continue
    const { jobs, deliveries } = await reclaimFrom(context, worker)
    total.jobs += jobs
    total.deliveries += deliveries
  }
  return total
}

async function reclaimFrom(context: Context, worker: string): Promise<{ jobs: number; deliveries: number }> {
  const total = { jobs: 0, deliveries: 0 }
  for (;;) {
    const { jobs, deliveries } = await context.store.workers.leasedBy(worker, BATCH)
    if (jobs.length + deliveries.length === 0) return total
    await Promise.all([
      ...jobs.map((job) => takeBackJob(context, job)),
      ...deliveries.map((delivery) => takeBackDelivery(context, delivery)),
    ])
    total.jobs += jobs.length
    total.deliveries += deliveries.length
  }
}

async function takeBackJob(context: Context, job: PendingJob | RunningJob): Promise<void> {
  if (job.status === 'pending') {
    await commit(context, [{ write: 'updateJob', job: releasePending(job), heldUnder: job.lease }])
    return
  }
  const progress = (await context.store.jobs.view(job.id))?.progress ?? null
  const next = endRun(job, { kind: 'worker_lost' }, context.clock.now(), context.random())
  const endWrites = isFinished(next) ? await stageJobEnd(context, next, progress, null) : []
  await commit(context, [{ write: 'updateJob', job: next, heldUnder: job.lease }, ...endWrites])
  const { id, tenantId: tenant, type, attempt } = job
  context.log.warn(
    { job: id, tenant, type, status: next.status, attempt, error: 'worker_lost' },
    'job taken back from a worker that vanished',
  )
}

async function takeBackDelivery(context: Context, delivery: PendingDelivery | SendingDelivery): Promise<void> {
  await commit(context, [{ write: 'updateDelivery', delivery: releaseDelivery(delivery), heldUnder: delivery.lease }])
}
