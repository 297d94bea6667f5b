import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { reclaim } from './reclaim.ts'
import { sweep } from './sweep.ts'

/** How often the maintenance looks at the workers, milliseconds. */
export const DEAD_WORKER_CHECK_EVERY_MS = 1_500
/**
 * A worker renews its row every 3 s; it is dead when its row stands still for so many looks in a row. Looks are counted and no clock is
 * compared with another, so neither a jump of the time of day nor a frozen process with the maintenance makes a worker look dead.
 */
const LOOKS = 5

/** The check removes dead workers, with a warning for each, and takes back what they held. Call it every `DEAD_WORKER_CHECK_EVERY_MS`. */
export function createDeadWorkerCheck(context: Context): () => Promise<void> {
  const { store, log } = context
  let isAlone = false
  let seen = new Map<string, { renewedAt: number; looks: number }>()

  return async () => {
    const workers = await store.workers.all()
    const now = new Map(
      workers.map(({ id, renewedAt }) => {
        const before = seen.get(id)
        return [id, { renewedAt, looks: before?.renewedAt === renewedAt ? before.looks + 1 : 0 }]
      }),
    )
    for (const [id, { renewedAt, looks }] of now) {
      if (looks < LOOKS || !(await commit(context, [{ write: 'removeWorker', id, renewedAt }]))) continue
      now.delete(id)
      log.warn({ worker: id }, 'a worker is gone; its work goes to the others')
    }
    seen = now
    if (now.size === 0 && !isAlone) log.warn({}, 'there is no worker: jobs are accepted and kept, and nobody runs them')
    if (now.size > 0 && isAlone) log.info({ workers: now.size }, 'there are workers again')
    isAlone = now.size === 0
    context.workerCount.set(now.size)
    const taken = await reclaim(context, [...now.keys()])
    if (taken.jobs + taken.deliveries > 0) await sweep(context)
  }
}
