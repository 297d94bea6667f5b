import type { Health } from '../ports.ts'
import type { World } from './world.ts'

export interface Readiness {
  ready: boolean
  /** Why not, for the operator. */
  reason: string | null
  store: Health
  queue: Health
}

/** Whether this process takes work. @param stopping it has begun to stop */
export async function readiness(world: World, stopping: boolean): Promise<Readiness> {
  const [store, queue, workers] = await Promise.all([world.store.health(), world.queue.health(), countWorkers(world)])
  const handlers = world.workshop.health()
  const reason = stopping ? 'The service is stopping.' : (store.reason ?? queue.reason ?? handlers.reason)
  return {
    ready: !stopping && store.ok && queue.ok && handlers.ok,
    reason,
    store,
    queue: { ...queue, details: { ...queue.details, workers } },
  }
}

/** None is no reason not to take jobs, which are kept until one comes; the keeper warns of it. -1: the store cannot tell. */
async function countWorkers({ store, notices }: World): Promise<number> {
  if (notices === null) return 1
  return store.workers().then(
    (workers) => workers.length,
    () => -1,
  )
}
