/** Stands in for `src/store/postgres/open.ts` when `wrap-store.ts` is loaded. */
import { openPostgresStore as open, type PostgresOptions, type PostgresStore } from '../../src/store/postgres/open.ts'
import { wrapped } from './wrap-store.ts'

// biome-ignore lint/performance/noBarrelFile: it stands in for the whole module, and this part stays as it is.
export { fillPostgres } from '../../src/store/postgres/open.ts'

export async function openPostgresStore(options: PostgresOptions): Promise<PostgresStore> {
  const opened = await open(options)
  return { ...opened, store: wrapped(opened.store) }
}
