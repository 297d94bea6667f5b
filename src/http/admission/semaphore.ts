/**
 * A semaphore with a queue. Few hold a permit at a time, and tenants take turns in the queue. Only so many permits are given during one
 * turn of the event loop, so that work accepted before goes on in between.
 */
import { createFairShare } from './fair-share.ts'

/** Permits at a time, permits given in one turn of the event loop, and places in the queue. */
export interface SemaphoreLimits {
  permits: number
  perTurn: number
  queue: number
}

/** Every limit is shared by tenants: see `createFairShare`. */
export interface Semaphore {
  /** Resolves with a permit. False: the queue is full. */
  acquire(tenantId: string): Promise<void> | false
  release(tenantId: string): void
}

/** A semaphore whose permits are all free. */
export function createSemaphore(limits: SemaphoreLimits): Semaphore {
  const permits = createFairShare(limits.permits)
  const places = createFairShare(limits.queue)
  /** Who waits, by tenant. The tenant whose turn is next comes first. */
  const queues = new Map<string, (() => void)[]>()
  /** Permits that may still be given during this turn of the event loop. */
  let quota = limits.perTurn

  /** False: not now. */
  function tryAcquire(tenantId: string): boolean {
    if (quota === 0 || !permits.take(tenantId, 1)) return false
    if (quota === limits.perTurn) setImmediate(beginTurn)
    quota -= 1
    return true
  }

  function beginTurn(): void {
    quota = limits.perTurn
    serveQueues()
  }

  function serveQueues(): void {
    for (const [tenantId, queue] of queues) {
      if (!tryAcquire(tenantId)) continue
      places.giveBack(tenantId, 1)
      queues.delete(tenantId)
      queue.shift()?.()
      // The tenant moves behind the others, where this loop comes by again.
      if (queue.length > 0) queues.set(tenantId, queue)
    }
  }

  return {
    acquire(tenantId) {
      const queue = queues.get(tenantId)
      if (!queue && tryAcquire(tenantId)) return Promise.resolve()
      if (!places.take(tenantId, 1)) return false
      return new Promise((resolve) => {
        if (queue) queue.push(resolve)
        else queues.set(tenantId, [resolve])
      })
    },
    release(tenantId) {
      permits.giveBack(tenantId, 1)
      serveQueues()
    },
  }
}
