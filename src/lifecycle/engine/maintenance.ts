import type { Context } from '../process/context.ts'
import { every } from '../process/every.ts'
import { createDeadWorkerCheck, DEAD_WORKER_CHECK_EVERY_MS } from './dead-workers.ts'
import { purge, purgeEveryMs } from './purge.ts'
import { reclaim } from './reclaim.ts'
import { SWEEP_EVERY_MS, sweep, sweepHorizons } from './sweep.ts'
import { sweepPauses } from './sweep-pauses.ts'
import { sweepStuck } from './sweep-stuck.ts'
import { createWatchdog, WATCH_EVERY_MS } from './watchdog.ts'

/** So many of the newest completed jobs are read for their run times. */
const REMEMBERED_RUNS = 1_000
/** Beside workers, recent run times are read again after this, milliseconds: this process runs few jobs itself, or none. */
const READ_RUN_TIMES_EVERY_MS = 30_000

/**
 * Takes back what dead processes left open, and maintains the store from then on: wakes lanes, ends what has waited too long, purges,
 * warns of work that nobody takes and, beside other processes, declares those dead that no longer renew their rows. Resolves when the
 * lanes of all waiting records are woken.
 */
export async function startMaintenance(context: Context): Promise<{ stop(): void }> {
  const { settings, log } = context
  await readRunTimes(context)
  const alive = context.bus === null ? [] : (await context.store.workers.all()).map(({ id }) => id)
  const taken = await reclaim(context, [context.identity.current(), ...alive])
  if (taken.jobs + taken.deliveries > 0) log.info(taken, 'took back what the last process left open')
  await sweep(context)

  const check = createDeadWorkerCheck(context)
  const keep = (ms: number, what: string, run: () => Promise<unknown>) =>
    every(context, ms, what, async () => (check.isKeeper() ? run() : undefined))
  const timers = [
    keep(SWEEP_EVERY_MS, 'the sweep', () => sweep(context)),
    keep(SWEEP_EVERY_MS, 'the sweep of horizons', () => sweepHorizons(context)),
    keep(SWEEP_EVERY_MS, 'the sweep of pauses', () => sweepPauses(context)),
    keep(SWEEP_EVERY_MS, 'the sweep of overdue jobs', () => sweepStuck(context)),
    keep(WATCH_EVERY_MS, 'the watchdog', createWatchdog(context)),
    keep(purgeEveryMs(settings.retentionMs), 'the purge', () => purge(context)),
  ]
  if (context.bus !== null) {
    timers.push(every(context, DEAD_WORKER_CHECK_EVERY_MS, 'the check for dead workers', check.look))
    timers.push(every(context, READ_RUN_TIMES_EVERY_MS, 'reading recent durations', () => readRunTimes(context)))
  }
  return {
    stop() {
      for (const cancel of timers) cancel()
    },
  }
}

async function readRunTimes({ store, runTimes }: Pick<Context, 'store' | 'runTimes'>): Promise<void> {
  for (const { type, ms } of await store.jobs.recentDurations(REMEMBERED_RUNS)) runTimes.add(type, ms)
}
