import type { WorkerInfo } from '../../ports/workers.ts'
import type { Context } from '../process/context.ts'

/** At most so many runs of a process are listed. */
const MOST_RUNS = 100

/** What this process writes into its row among the workers, for the operator. */
export function workerInfo({
  identity,
  runs,
  executor,
  settings,
  peers,
}: Pick<Context, 'identity' | 'runs' | 'executor' | 'settings' | 'peers'>): WorkerInfo {
  const threads = executor.pool().threads.map(({ name, state, ownType, abandoned, runs: inIt }) => {
    return { name, state, type: ownType, runs: inIt.length, left_overs: abandoned }
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
    ...(peers !== null && { listens: peers.own }),
  }
}
