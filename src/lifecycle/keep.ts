import { every } from './every.ts'
import { purge, purgeEveryMs } from './purge.ts'
import { reclaim } from './reclaim.ts'
import { createRollCall, ROLL_CALL_EVERY_MS } from './roll-call.ts'
import { SWEEP_EVERY_MS, sweep, sweepHorizons } from './sweep.ts'
import { createWatchdog, WATCH_EVERY_MS } from './watch.ts'
import type { World } from './world.ts'

/** Jobs whose durations are read, so that estimates are not guesses. */
const REMEMBERED_RUNS = 1_000
/** A keeper that runs few jobs itself reads what the workers have learned so often, milliseconds. */
const LEARN_EVERY_MS = 30_000

/**
 * Takes back what processes that are gone left open, and looks after the store from then on: wakes lanes, ends what has
 * waited too long, purges, warns of what nobody takes, and beside other processes notices those that are gone. Resolves when everything due is awake.
 */
export async function startKeeping(world: World): Promise<{ stop(): void }> {
  const { settings, log } = world
  await learn(world)
  const alive = world.notices === null ? [] : (await world.store.workers()).map(({ id }) => id)
  const taken = await reclaim(world, [world.worker, ...alive])
  if (taken.jobs + taken.deliveries > 0) log.info(taken, 'took back what the last process left open')
  await sweep(world)

  const timers = [
    every(world, SWEEP_EVERY_MS, 'the sweep', () => sweep(world)),
    every(world, SWEEP_EVERY_MS, 'the sweep of horizons', () => sweepHorizons(world)),
    every(world, WATCH_EVERY_MS, 'the watchdog', createWatchdog(world)),
    every(world, purgeEveryMs(settings.retentionMs), 'the purge', () => purge(world)),
  ]
  if (world.notices !== null) {
    timers.push(every(world, ROLL_CALL_EVERY_MS, 'the roll call', createRollCall(world)))
    timers.push(every(world, LEARN_EVERY_MS, 'reading recent durations', () => learn(world)))
  }
  return {
    stop() {
      for (const cancel of timers) cancel()
    },
  }
}

async function learn({ store, estimates }: World): Promise<void> {
  for (const { type, ms } of await store.recentDurations(REMEMBERED_RUNS)) estimates.add(type, ms)
}
