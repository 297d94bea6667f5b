import type { Change } from '../../ports/change.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Context } from '../process/context.ts'

/** Between two tries to write what must be written, milliseconds. */
const RETRY_MS = 500

/**
 * Commits a change that tells what has happened already, so it must not be lost while this process lives: a store that
 * is unavailable is asked again until it takes it. Meanwhile no new work is taken (`Context.unrecorded`): an outcome that
 * cannot be recorded must not be produced. False: a guard missed.
 */
export async function persist(context: Context, change: Change): Promise<boolean> {
  let waiting = false
  try {
    for (;;) {
      try {
        return await context.store.commit(change)
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || error.reason === 'closed' || error.reason === 'io_error') throw error
        if (!waiting) context.unrecorded.count += 1
        waiting = true
        context.log.warn({ reason: error.reason }, 'the store cannot record what must be recorded now; no new work until it can')
        await context.clock.sleep(RETRY_MS)
      }
    }
  } finally {
    if (waiting) context.unrecorded.count -= 1
  }
}
