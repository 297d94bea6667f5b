import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { every } from '../process/every.ts'
import { createHandBack } from './hand-back.ts'
import { stopIfCanceled } from './stop-canceled.ts'
import { workerInfo } from './worker-info.ts'

/** A worker that has not renewed its row for some of these is declared dead: see `dead-workers.ts`. Milliseconds. */
const HEARTBEAT_EVERY_MS = 3_000
/** A process that has had no heartbeat for so long may have been declared dead. The check for dead workers takes longer than this. */
const SURE_MS = 2 * HEARTBEAT_EVERY_MS

/** The registration of this process among the workers. */
export interface Heartbeat {
  /** False: this process may have been declared dead, and what it took now would be taken back at the cost of an attempt. */
  isFresh(): boolean
  leave(): Promise<void>
}

/** Of a process that has no others beside it. */
export const ALONE: Heartbeat = { isFresh: () => true, leave: async () => {} }

/**
 * Registers this process among the workers and keeps its row fresh. A worker whose row is gone was taken for dead, and others
 * have its work: it aborts its runs, writes
 * nothing of them and goes on under a new id. At each heartbeat it also learns of cancels whose
 * notice was lost, and hands back what it holds without knowing.
 */
export async function joinWorkers(context: Context): Promise<Heartbeat> {
  const { clock, runs, identity, log } = context
  const handBack = createHandBack(context)
  /** The last heartbeat that reached the store, by the monotonic clock. */
  let beatAt = clock.monotonic()
  let renewedAt = await register(context)
  await learnPeers(context)

  async function beat(): Promise<void> {
    const began = clock.monotonic()
    const at = clock.now()
    if (await commit(context, [{ write: 'renewWorker', id: identity.current(), at, info: workerInfo(context) }])) renewedAt = at
    else {
      log.warn({ worker: identity.current() }, 'this worker was declared dead; it goes on under a new id, and its runs belong to others')
      for (const run of runs.all()) run.stop('lost')
      identity.renew()
      renewedAt = await register(context)
    }
    beatAt = began
    await learnPeers(context)
    await Promise.all(runs.all().map((run) => stopIfCanceled(context, run.jobId)))
    await handBack()
  }

  const stopHeartbeat = every(context, HEARTBEAT_EVERY_MS, 'the heartbeat', beat)
  return {
    isFresh: () => clock.monotonic() - beatAt < SURE_MS,
    async leave() {
      stopHeartbeat()
      await commit(context, [{ write: 'removeWorker', id: identity.current(), renewedAt }])
    },
  }
}

async function learnPeers({ peers, store }: Context): Promise<void> {
  peers?.learn(await store.workers.all())
}

/** However long the owner of the data folder is away: it may be restarting just now. */
async function register(context: Context): Promise<number> {
  const at = context.clock.now()
  const worker = { id: context.identity.current(), startedAt: at, renewedAt: at, info: workerInfo(context) }
  await commit(context, [{ write: 'insertWorker', worker }], { mustRecord: true })
  return at
}
