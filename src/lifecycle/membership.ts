import { every } from './every.ts'
import { createHandBack } from './hand-back.ts'
import { hearWish } from './hear-change.ts'
import type { World } from './world.ts'

/** A worker that has not renewed its row for some of these is taken for gone: see `roll-call.ts`. Milliseconds. */
const BEAT_EVERY_MS = 3_000

/** A worker's id is never used twice: it is the fencing token of every lease it holds. */
export function newWorkerId(randomBytes: World['randomBytes']): string {
  return `w${Buffer.from(randomBytes(8)).toString('hex')}`
}

/**
 * Registers this process among the workers and keeps its row fresh. A worker whose row is gone was taken for dead, and others
 * have its work: it stops its runs without a word and goes on under a new id. At each beat it also learns of cancels whose
 * notice was lost, and hands back what it holds without knowing. The answer leaves.
 */
export async function joinWorkers(world: World): Promise<() => Promise<void>> {
  const { store, clock, runs, log } = world
  const handBack = createHandBack(world)
  let renewedAt = await register(world)

  async function beat(): Promise<void> {
    const at = clock.now()
    if (await store.commit([{ write: 'renewWorker', id: world.worker, at }])) renewedAt = at
    else {
      log.warn({ worker: world.worker }, 'this worker was taken for gone; it goes on under a new id, and its runs belong to others')
      for (const run of runs.all()) run.stop('lost')
      world.worker = newWorkerId(world.randomBytes)
      renewedAt = await register(world)
    }
    await Promise.all(runs.all().map((run) => hearWish(world, run.jobId)))
    await handBack()
  }

  const stopBeating = every(world, BEAT_EVERY_MS, 'the heart-beat', beat)
  return async () => {
    stopBeating()
    await store.commit([{ write: 'removeWorker', id: world.worker, renewedAt }])
  }
}

async function register({ store, clock, worker }: World): Promise<number> {
  const at = clock.now()
  await store.commit([{ write: 'insertWorker', worker: { id: worker, startedAt: at, renewedAt: at } }])
  return at
}
