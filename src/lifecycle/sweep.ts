import type { Kind } from '../ports.ts'
import type { World } from './world.ts'

/** How often the sweep looks, milliseconds: a lost wake-up costs at most this. */
export const SWEEP_EVERY_MS = 5_000

const KINDS: readonly Kind[] = ['job', 'delivery']

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
