/**
 * Sabotage at the Store port. Loaded with `--import` before the service, it puts a store of the sabotage between the service and its
 * own. Nothing in `src/` knows of it, and the package does not contain it.
 */
import { registerHooks } from 'node:module'
import type { Store } from '../../src/ports/store.ts'

type Wrapper = (store: Store) => Store

/** What stands in for each door of a store. */
const STAND_INS = new Map([
  [new URL('../../src/store/sqlite/open.ts', import.meta.url).href, new URL('./wrapped-store.ts', import.meta.url).href],
  [new URL('../../src/store/postgres/open.ts', import.meta.url).href, new URL('./wrapped-postgres-store.ts', import.meta.url).href],
])
let wrapper: Wrapper = (store) => store

/** The service gets what `wrap` makes of its store, whether it owns the data folder alone, shares it, or has none. */
export function wrapStore(wrap: Wrapper): void {
  wrapper = wrap
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const standIn = STAND_INS.get(found.url)
      return standIn !== undefined && context.parentURL !== standIn ? { ...found, url: standIn } : found
    },
  })
}

/** For `wrapped-store.ts`. */
export function wrapped(store: Store): Store {
  return wrapper(store)
}
