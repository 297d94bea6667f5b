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
  const [store, queue] = await Promise.all([world.store.health(), world.queue.health()])
  const reason = stopping ? 'The service is stopping.' : (store.reason ?? queue.reason)
  return { ready: !stopping && store.ok && queue.ok, reason, store, queue }
}
