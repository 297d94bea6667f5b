import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { mayKeep, takesWork } from '../process/peers.ts'
import { reclaim } from './reclaim.ts'
import { sweep } from './sweep.ts'

/** How often the maintenance looks at the workers, milliseconds. */
export const DEAD_WORKER_CHECK_EVERY_MS = 1_500
/**
 * A worker renews its row every 3 s; it is dead when its row stands still for so many looks in a row. Looks are counted and no clock is
 * compared with another, so neither a jump of the time of day nor a frozen process with the maintenance makes a worker look dead.
 */
const LOOKS = 5

/** The watch over the registered processes. */
export interface DeadWorkerCheck {
  /** Looks once. Call it every `DEAD_WORKER_CHECK_EVERY_MS`. */
  look(): Promise<void>
  /**
   * Whether this process looks after the store: of those that may, the one that has been there longest. For a moment it may be two or none;
   * whatever a keeper does is guarded.
   */
  isKeeper(): boolean
}

/** The keeper removes dead workers, with a warning for each, and takes back what they held; the others only look. */
export function createDeadWorkerCheck(context: Context): DeadWorkerCheck {
  const { store, log } = context
  let isAlone = false
  let isKeeper = context.peers === null
  let seen = new Map<string, { renewedAt: number; looks: number }>()

  async function look(): Promise<void> {
    const workers = await store.workers.all()
    const now = new Map(
      workers.map(({ id, renewedAt }) => {
        const before = seen.get(id)
        return [id, { renewedAt, looks: before?.renewedAt === renewedAt ? before.looks + 1 : 0 }]
      }),
    )
    if (context.peers !== null) {
      const keepers = workers.filter((one) => mayKeep(one) && (now.get(one.id)?.looks ?? 0) < LOOKS)
      const [first] = keepers.sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
      isKeeper = first?.id === context.identity.current()
    }
    for (const [id, { renewedAt, looks }] of isKeeper ? now : []) {
      if (looks < LOOKS || !(await commit(context, [{ write: 'removeWorker', id, renewedAt }]))) continue
      now.delete(id)
      log.warn({ worker: id }, 'a worker is gone; its work goes to the others')
    }
    seen = now
    const count = workers.filter((one) => now.has(one.id) && takesWork(one)).length
    if (count === 0 && !isAlone) log.warn({}, 'there is no worker: jobs are accepted and kept, and nobody runs them')
    if (count > 0 && isAlone) log.info({ workers: count }, 'there are workers again')
    isAlone = count === 0
    context.workerCount.set(count)
    if (!isKeeper) return
    const taken = await reclaim(context, [...now.keys()])
    if (taken.jobs + taken.deliveries > 0) await sweep(context)
  }

  return { look, isKeeper: () => isKeeper }
}
