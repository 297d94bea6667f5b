import type { WorkerInfo } from '../../ports/workers.ts'
import type { Context } from '../process/context.ts'

/** Of one process at most so many runs are told. */
const MOST_RUNS = 100

/** What this process tells of itself. */
export function workerInfo({
  identity,
  runs,
  executor,
  settings,
}: Pick<Context, 'identity' | 'runs' | 'executor' | 'settings'>): WorkerInfo {
  const threads = executor.pool().threads.map(({ name, state, ownType, leftOvers, runs: inIt }) => {
    return { name, state, type: ownType, runs: inIt.length, left_overs: leftOvers }
  })
  const running = runs.all().slice(0, MOST_RUNS)
  const { role, host, pid } = identity.info
  return {
    role,
    host,
    pid,
    version: settings.version,
    threads,
    running: running.map(({ jobId, type, tenantId }) => ({ job_id: jobId, type, tenant_id: tenantId })),
  }
}
