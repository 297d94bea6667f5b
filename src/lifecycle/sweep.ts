import { giveUpDelivery } from '../domain/delivery.ts'
import { KINDS } from '../ports.ts'
import { moveDelivery } from './move-delivery.ts'
import type { World } from './world.ts'

/**
 * How often the sweep looks, milliseconds: a lost wake-up costs at most this and what the sweep and its wake-up take. Work goes
 * on within 5 s of it, as after the loss of everything that Redis held.
 */
export const SWEEP_EVERY_MS = 4_000

/** Wakes every lane in which something waits, at its time: what a lost wake-up or a restart left behind. */
export async function sweep(world: World): Promise<void> {
  for (const kind of KINDS) {
    for (const { lane, dueAt } of await world.store.lanes(kind)) {
      const lanes = kind === 'job' ? world.handover.jobs : world.handover.deliveries
      lanes.stored(lane, dueAt)
      world.queue.wake(kind, lane, dueAt)
    }
  }
}

/** Deliveries ended in one round. */
const BATCH = 100

/** Ends what has waited behind an open breaker until its horizon: it is in the dead-letter queue then, without another try. */
export async function sweepHorizons(world: World): Promise<void> {
  const { store, clock } = world
  for (const destination of await store.openBreakers()) {
    for (;;) {
      const now = clock.now()
      const overdue = await store.overdueDeliveries(destination, now, BATCH)
      await Promise.all(
        overdue.map(async (pending) => {
          const delivery = giveUpDelivery(pending, now)
          if (await store.commit(moveDelivery(delivery, now))) world.waiters.notify(delivery.jobId)
        }),
      )
      if (overdue.length < BATCH) break
    }
  }
}
