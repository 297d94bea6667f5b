/**
 * Sabotage at the Store port. Loaded with `--import` before the service, it puts a store of the sabotage between the service and its
 * own. Nothing in `src/` knows of it, and the package does not contain it.
 */
import { registerHooks } from 'node:module'
import type { Store } from '../../src/ports/store.ts'

type Wrapper = (store: Store) => Store

const REAL = new URL('../../src/store/sqlite/open.ts', import.meta.url).href
const WRAPPED = new URL('./wrapped-store.ts', import.meta.url).href
let wrapper: Wrapper = (store) => store

/** The service gets what `wrap` makes of its store, whether it owns the data folder alone or shares it. */
export function wrapStore(wrap: Wrapper): void {
  wrapper = wrap
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      return found.url === REAL && context.parentURL !== WRAPPED ? { ...found, url: WRAPPED } : found
    },
  })
}

/** For `wrapped-store.ts`. */
export function wrapped(store: Store): Store {
  return wrapper(store)
}
