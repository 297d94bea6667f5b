/** Stands in for `src/store/sqlite/open.ts` when `wrap-store.ts` is loaded. */
import type { Store } from '../../src/ports/store.ts'
import { openSqliteStore as open, openSharedSqliteStore as openShared } from '../../src/store/sqlite/open.ts'
import { wrapped } from './wrap-store.ts'

// biome-ignore lint/performance/noBarrelFile: it stands in for the whole module, and this part stays as it is.
export { joinSqliteStore } from '../../src/store/sqlite/open.ts'

export async function openSqliteStore(...options: Parameters<typeof open>): Promise<Store> {
  return wrapped(await open(...options))
}

export async function openSharedSqliteStore(...options: Parameters<typeof openShared>): ReturnType<typeof openShared> {
  const opened = await openShared(...options)
  return { ...opened, store: wrapped(opened.store) }
}
