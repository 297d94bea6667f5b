import type { Health } from '../../ports/health.ts'
import type { StoreStats } from '../../ports/store.ts'
import type { Context } from '../process/context.ts'
import { takesWork } from '../process/peers.ts'

/** What `GET /readyz` answers. */
export interface Readiness {
  ready: boolean
  /** Why not, for the operator. */
  reason: string | null
  store: Health
  queue: Health
  stats: StoreStats | null
}

/** Whether this process takes work. @param stopping it has begun to stop */
export async function readiness(context: Context, stopping: boolean): Promise<Readiness> {
  const [{ stats, ...store }, queue, workers] = await Promise.all([context.store.health(), context.queue.health(), countWorkers(context)])
  const handlers = context.executor.health()
  const reason = stopping ? 'The service is stopping.' : (store.reason ?? queue.reason ?? handlers.reason)
  return {
    ready: !stopping && store.ok && queue.ok && handlers.ok,
    reason,
    store: { ...store, details: { ...store.details, ...statsDetails(stats) } },
    queue: { ...queue, details: { ...queue.details, workers } },
    stats,
  }
}

/** As `/readyz` shows them. */
function statsDetails(stats: StoreStats | null): Health['details'] {
  if (stats === null) return {}
  const { waitingChanges, waitingBytes, walBytes } = stats
  return { waiting_changes: waitingChanges, waiting_bytes: waitingBytes, ...(walBytes === null ? {} : { wal_bytes: walBytes }) }
}

/** Jobs are taken without a worker too: they are kept until one comes, and the maintenance warns. -1: the store cannot answer. */
async function countWorkers({ store, bus }: Context): Promise<number> {
  if (bus === null) return 1
  return store.workers.all().then(
    (workers) => workers.filter(takesWork).length,
    () => -1,
  )
}
