import { setTimeout as sleep } from 'node:timers/promises'
import type { Change } from '../../src/ports/change.ts'
import type { Store } from '../../src/ports/store.ts'
import { openSqliteStore as open, openSharedSqliteStore as openShared } from '../../src/store/sqlite/open.ts'

// biome-ignore lint/performance/noBarrelFile: it stands in for the whole module, and this goes on as it is.
export { joinSqliteStore } from '../../src/store/sqlite/open.ts'

/** How long a job is acknowledged but not yet on its way to the disk, milliseconds. */
const GAP_MS = 60

export async function openSqliteStore(...options: Parameters<typeof open>): Promise<Store> {
  return early(await open(...options))
}

export async function openSharedSqliteStore(...options: Parameters<typeof openShared>): ReturnType<typeof openShared> {
  const opened = await openShared(...options)
  return { ...opened, store: early(opened.store) }
}

/** The real store, but that a submitted job is called committed first and written later. */
function early(store: Store): Store {
  let written: Promise<unknown> = Promise.resolve()
  return {
    ...store,
    async commit(change: Change) {
      if (change.some((write) => write.write === 'insertJob')) {
        written = Promise.all([written, sleep(GAP_MS).then(() => store.commit(change))]).catch(() => {})
        return true
      }
      // What is done with a job comes after the job, or the build would be broken in a second way.
      await written
      return store.commit(change)
    },
  }
}
