import type { Context } from '../process/context.ts'
import { every } from '../process/every.ts'
import { createDeadWorkerCheck, DEAD_WORKER_CHECK_EVERY_MS } from './dead-workers.ts'
import { purge, purgeEveryMs } from './purge.ts'
import { reclaim } from './reclaim.ts'
import { SWEEP_EVERY_MS, sweep, sweepHorizons } from './sweep.ts'
import { createWatchdog, WATCH_EVERY_MS } from './watchdog.ts'

/** Jobs whose durations are read, so that estimates are not guesses. */
const REMEMBERED_RUNS = 1_000
/** A keeper that runs few jobs itself reads what the workers have learned so often, milliseconds. */
const LEARN_EVERY_MS = 30_000

/**
 * Takes back what processes that are gone left open, and looks after the store from then on: wakes lanes, ends what has
 * waited too long, purges, warns of what nobody takes, and beside other processes notices those that are gone. Resolves when everything due is awake.
 */
export async function startMaintenance(context: Context): Promise<{ stop(): void }> {
  const { settings, log } = context
  await learn(context)
  const alive = context.bus === null ? [] : (await context.store.workers.all()).map(({ id }) => id)
  const taken = await reclaim(context, [context.identity.current(), ...alive])
  if (taken.jobs + taken.deliveries > 0) log.info(taken, 'took back what the last process left open')
  await sweep(context)

  const timers = [
    every(context, SWEEP_EVERY_MS, 'the sweep', () => sweep(context)),
    every(context, SWEEP_EVERY_MS, 'the sweep of horizons', () => sweepHorizons(context)),
    every(context, WATCH_EVERY_MS, 'the watchdog', createWatchdog(context)),
    every(context, purgeEveryMs(settings.retentionMs), 'the purge', () => purge(context)),
  ]
  if (context.bus !== null) {
    timers.push(every(context, DEAD_WORKER_CHECK_EVERY_MS, 'the roll call', createDeadWorkerCheck(context)))
    timers.push(every(context, LEARN_EVERY_MS, 'reading recent durations', () => learn(context)))
  }
  return {
    stop() {
      for (const cancel of timers) cancel()
    },
  }
}

async function learn({ store, runTimes }: Pick<Context, 'store' | 'runTimes'>): Promise<void> {
  for (const { type, ms } of await store.jobs.recentDurations(REMEMBERED_RUNS)) runTimes.add(type, ms)
}
