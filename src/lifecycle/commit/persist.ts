import type { Change } from '../../ports/change.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import { type Store, StoreUnavailable } from '../../ports/store.ts'
import type { IntakePause } from './intake-pause.ts'

/** Pause between two attempts to write what must be written, milliseconds. */
const RETRY_MS = 500

/** What `persist` works with. */
export interface PersistContext {
  store: Pick<Store, 'commit'>
  clock: Pick<Clock, 'sleep'>
  log: Log
  intakePause: IntakePause
}

/**
 * Commits a change that records what has happened already, so it must not be lost while this process lives: a store that is unavailable
 * is asked again until it takes the change. Meanwhile the intake of new work is paused, because an outcome that cannot be recorded must
 * not be produced. False: a guard missed. Rejects when the store is closed or its disk has failed.
 */
export async function persist({ store, clock, log, intakePause }: PersistContext, change: Change): Promise<boolean> {
  let waiting = false
  try {
    for (;;) {
      try {
        return await store.commit(change)
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || error.reason === 'closed' || error.reason === 'io_error') throw error
        if (!waiting) intakePause.pause()
        waiting = true
        log.warn({ reason: error.reason }, 'the store cannot record what must be recorded now; no new work until it can')
        await clock.sleep(RETRY_MS)
      }
    }
  } finally {
    if (waiting) intakePause.resume()
  }
}
