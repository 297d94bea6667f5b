import { ACTIVE_TENANTS_EVERY_MS, readActiveTenants } from '../process/active-tenants.ts'
import type { Context } from '../process/context.ts'
import { every } from '../process/every.ts'
import { ALONE, joinWorkers } from './heartbeat.ts'
import { stopRunsCanceledElsewhere } from './stop-canceled.ts'
import { createTakeDeliveries } from './take-deliveries.ts'
import { createTakeJobs, PAUSE_MS } from './take-jobs.ts'

/** The share of the time to stop in which handlers and requests may end by themselves before they are aborted. */
const UNDISTURBED_SHARE = 0.7

/** The turns of this process under way. */
export interface Work {
  /**
   * No new work; what is under way may end, then it is handed back. Resolves when nothing of it is left to record, or
   * after `ms` milliseconds: what is still open then is found again by the next start.
   */
  stop(ms: number): Promise<void>
}

/** Begins to take turns, beside other processes as one of the workers. */
export async function startWork(context: Context): Promise<Work> {
  const { queue, settings, clock, log } = context
  const heartbeat = context.bus === null ? ALONE : await joinWorkers(context)
  stopRunsCanceledElsewhere(context)
  const underWay = new Set<Promise<void>>()
  const ifFresh = (takeTurn: ReturnType<typeof createTakeJobs>): typeof takeTurn => {
    return async (lane, room) => (heartbeat.isFresh() ? takeTurn(lane, room) : { next: clock.now() + PAUSE_MS, taken: [] })
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
  const takeDeliveries = tracked(createTakeDeliveries(context))
  await readActiveTenants(context)
  const stopReading = every(context, ACTIVE_TENANTS_EVERY_MS, 'reading the active tenants', () => readActiveTenants(context))
  const hasOthers = (tenantId: string) => context.activeTenants.hasOther(tenantId)
  queue.consume('job', settings.job.concurrency, ifFresh(createTakeJobs(context)), hasOthers)
  queue.consume('delivery', settings.callback.concurrency, ifFresh(takeDeliveries), hasOthers)

  return {
    async stop(ms) {
      const started = clock.monotonic()
      stopReading()
      const timeLeft = () => Math.max(0, ms - (clock.monotonic() - started))
      await queue.stop()
      const ended = () => Promise.all([...context.runs.all().map((run) => run.settled), ...underWay])
      await atMost(context, ms * UNDISTURBED_SHARE, ended())
      context.outgoing.abort()
      for (const run of context.runs.all()) run.stop('shutdown', timeLeft() / 2)
      await atMost(context, timeLeft(), ended())
      const leaving = heartbeat.leave().catch((error) => {
        log.warn({}, 'the owner of the data folder could not be informed of the stop: this worker is declared dead soon', error)
      })
      await atMost(context, timeLeft(), leaving)
    },
  }
}

function atMost(context: Context, ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = context.clock.after(ms, resolve)
    void work.finally(() => {
      cancel()
      resolve()
    })
  })
}
