import { type PendingDelivery, releaseDelivery, type SendingDelivery } from '../domain/delivery.ts'
import { endRun, isFinished, type PendingJob, type RunningJob, releasePending } from '../domain/job.ts'
import { announceEnd } from './announce-end.ts'
import type { World } from './world.ts'

/** Records looked at in one round. */
const BATCH = 500

/**
 * Takes back every record under a lease of a process that is not `alive`: of a process alone, every lease but its own. A job
 * whose worker vanished has spent an attempt; what was only held in memory has not.
 */
export async function reclaim(world: World, alive: readonly string[]): Promise<{ jobs: number; deliveries: number }> {
  const total = { jobs: 0, deliveries: 0 }
  for (const worker of await world.store.leaseHolders()) {
    if (alive.includes(worker)) continue
    const { jobs, deliveries } = await reclaimFrom(world, worker)
    total.jobs += jobs
    total.deliveries += deliveries
  }
  return total
}

async function reclaimFrom(world: World, worker: string): Promise<{ jobs: number; deliveries: number }> {
  const total = { jobs: 0, deliveries: 0 }
  for (;;) {
    const { jobs, deliveries } = await world.store.leasedBy(worker, BATCH)
    if (jobs.length + deliveries.length === 0) return total
    await Promise.all([...jobs.map((job) => takeBackJob(world, job)), ...deliveries.map((delivery) => takeBackDelivery(world, delivery))])
    total.jobs += jobs.length
    total.deliveries += deliveries.length
  }
}

async function takeBackJob(world: World, job: PendingJob | RunningJob): Promise<void> {
  if (job.status === 'pending') {
    await world.store.commit([{ write: 'updateJob', job: releasePending(job) }])
    return
  }
  const progress = (await world.store.jobView(job.id))?.progress ?? null
  const next = endRun(job, { kind: 'worker_lost' }, world.clock.now(), world.random())
  const announcement = isFinished(next) ? await announceEnd(world, next, progress, null) : null
  const written = await world.store.commit([{ write: 'updateJob', job: next }, ...(announcement?.writes ?? [])])
  if (written) announcement?.committed()
  else announcement?.abandoned()
  const { id, tenantId: tenant, type, attempt } = job
  world.log.warn(
    { job: id, tenant, type, status: next.status, attempt, error: 'worker_lost' },
    'job taken back from a worker that vanished',
  )
}

async function takeBackDelivery(world: World, delivery: PendingDelivery | SendingDelivery): Promise<void> {
  await world.store.commit([{ write: 'updateDelivery', delivery: releaseDelivery(delivery) }])
}
