import { ACTIVE_TENANTS_EVERY_MS, hasOtherTenants, readActiveTenants } from './active-tenants.ts'
import { every } from './every.ts'
import { ALONE, joinWorkers } from './membership.ts'
import { createTakeDeliveries } from './take-deliveries.ts'
import { createTakeJobs, PAUSE_MS } from './take-jobs.ts'
import type { World } from './world.ts'

/** Of the time to stop, the share for handlers and requests to end by themselves before they are told to. */
const PATIENCE = 0.7

export interface Work {
  /**
   * No new work; what is under way may end, then it is handed back. Resolves when nothing of it is left to record, or
   * after `ms` milliseconds: what is still open then is found again by the next start.
   */
  stop(ms: number): Promise<void>
}

/** Begins to take turns, beside other processes as one of the workers. */
export async function startWork(world: World): Promise<Work> {
  const { queue, settings, clock, log } = world
  const membership = world.notices === null ? ALONE : await joinWorkers(world)
  const underWay = new Set<Promise<void>>()
  const ifSure = (takeTurn: ReturnType<typeof createTakeJobs>): typeof takeTurn => {
    return async (lane, room) => (membership.isSure() ? takeTurn(lane, room) : { next: clock.now() + PAUSE_MS, taken: [] })
  }
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
  await readActiveTenants(world)
  const stopReading = every(world, ACTIVE_TENANTS_EVERY_MS, 'reading the active tenants', () => readActiveTenants(world))
  const hasOthers = (tenantId: string) => hasOtherTenants(world, tenantId)
  queue.consume('job', settings.jobConcurrency, ifSure(createTakeJobs(world)), hasOthers)
  queue.consume('delivery', settings.callbackConcurrency, ifSure(takeDeliveries), hasOthers)

  return {
    async stop(ms) {
      const started = clock.monotonic()
      stopReading()
      const timeLeft = () => Math.max(0, ms - (clock.monotonic() - started))
      await queue.stop()
      const ended = () => Promise.all([...world.runs.all().map((run) => run.settled), ...underWay])
      await atMost(world, ms * PATIENCE, ended())
      world.sending.abort()
      for (const run of world.runs.all()) run.stop('shutdown', timeLeft() / 2)
      await atMost(world, timeLeft(), ended())
      const leaving = membership.leave().catch((error) => {
        log.warn(
          { error: String(error) },
          'the owner of the data folder could not be told of the stop: the next roll calls miss this worker',
        )
      })
      await atMost(world, timeLeft(), leaving)
    },
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
