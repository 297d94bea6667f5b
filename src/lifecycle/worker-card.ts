import type { WorkerCard } from '../ports.ts'
import type { World } from './world.ts'

/** Of one process at most so many runs are told. */
const MOST_RUNS = 100

/** What this process tells of itself. */
export function workerCard({ process, runs, workshop, settings }: World): WorkerCard {
  const threads = workshop.pool().threads.map(({ name, state, ownType, leftOvers, runs: inIt }) => {
    return { name, state, type: ownType, runs: inIt.length, left_overs: leftOvers }
  })
  const running = runs.all().slice(0, MOST_RUNS)
  const { role, host, pid } = process
  return {
    role,
    host,
    pid,
    version: settings.version,
    threads,
    running: running.map(({ jobId, type, tenantId }) => ({ job_id: jobId, type, tenant_id: tenantId })),
  }
}
