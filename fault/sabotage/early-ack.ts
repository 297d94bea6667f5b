/**
 * Sabotage for the positive control: loaded with `--import` before the service, it puts a store between the service and
 * its own that calls a job durable before it is. Nothing in `src/` knows of it, and the package does not contain it.
 */
import { registerHooks } from 'node:module'

const STORE = new URL('../../src/store/sqlite/open.ts', import.meta.url).href
const SABOTAGED = new URL('./early-ack-store.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return found.url === STORE && context.parentURL !== SABOTAGED ? { ...found, url: SABOTAGED } : found
  },
})
