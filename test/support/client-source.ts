/** Loaded before a program: `ringback/client` and `ringback/verify` are then the source of this checkout, built or not. */
import { registerHooks } from 'node:module'

const SOURCES: Record<string, string> = {
  'ringback/client': new URL('../../src/client/index.ts', import.meta.url).href,
  'ringback/verify': new URL('../../src/client/verify.ts', import.meta.url).href,
}

registerHooks({
  resolve: (specifier, context, next) => next(SOURCES[specifier] ?? specifier, context),
})
