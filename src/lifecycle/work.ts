import { purge, purgeEveryMs } from './purge.ts'
import { reclaim } from './reclaim.ts'
import { SWEEP_EVERY_MS, sweep, sweepHorizons } from './sweep.ts'
import { createTakeDeliveries } from './take-deliveries.ts'
import { createTakeJobs } from './take-jobs.ts'
import type { World } from './world.ts'

/** Of the time to stop, the share for handlers and requests to end by themselves before they are told to. */
const PATIENCE = 0.7
/** Jobs whose durations are read at the start, so that the first estimates are not guesses. */
const REMEMBERED_RUNS = 1_000

export interface Work {
  /**
   * No new work; what is under way may end, then it is handed back. Resolves when nothing of it is left to record, or
   * after `ms` milliseconds: what is still open then is found again by the next start.
   */
  stop(ms: number): Promise<void>
}

/** Takes back what a process that is gone left open, and begins to work. Resolves when turns are being taken. */
export async function startWork(world: World): Promise<Work> {
  const { queue, store, settings, log, clock } = world
  for (const { type, ms } of await store.recentDurations(REMEMBERED_RUNS)) world.estimates.add(type, ms)
  const taken = await reclaim(world)
  if (taken.jobs + taken.deliveries > 0) log.info(taken, 'took back what the last process left open')
  await sweep(world)

  const underWay = new Set<Promise<void>>()
  const tracked = (takeTurn: ReturnType<typeof createTakeJobs>): typeof takeTurn => {
    return async (lane, room) => {
      const turn = await takeTurn(lane, room)
      for (const slot of turn.taken) {
        underWay.add(slot)
        slot.finally(() => underWay.delete(slot))
      }
      return turn
    }
  }
  const takeDeliveries = tracked(createTakeDeliveries(world))
  queue.consume('job', settings.jobConcurrency, createTakeJobs(world))
  queue.consume('delivery', settings.callbackConcurrency, takeDeliveries)
  const cancelSweep = every(world, SWEEP_EVERY_MS, 'sweep', () => sweep(world))
  const cancelHorizons = every(world, SWEEP_EVERY_MS, 'the sweep of horizons', () => sweepHorizons(world))
  const cancelPurge = every(world, purgeEveryMs(settings.retentionMs), 'purge', () => purge(world))

  return {
    async stop(ms) {
      cancelSweep()
      cancelHorizons()
      cancelPurge()
      const started = clock.monotonic()
      const left = () => Math.max(0, ms - (clock.monotonic() - started))
      await queue.stop()
      const ended = () => Promise.all([...world.runs.all().map((run) => run.settled), ...underWay])
      await atMost(world, ms * PATIENCE, ended())
      world.sending.abort()
      for (const run of world.runs.all()) run.stop('shutdown', left() / 2)
      await atMost(world, left(), ended())
    },
  }
}

function every(world: World, ms: number, what: string, run: () => Promise<unknown>): () => void {
  let cancel = () => {}
  let canceled = false
  const again = () => {
    if (canceled) return
    cancel = world.clock.after(ms, () => {
      run()
        .catch((error) => world.log.error({ error: String(error) }, `${what} failed`))
        .finally(again)
    })
  }
  again()
  return () => {
    canceled = true
    cancel()
  }
}

function atMost(world: World, ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = world.clock.after(ms, resolve)
    void work.finally(() => {
      cancel()
      resolve()
    })
  })
}
