/**
 * For sabotage: changes one line of the service's source as it is loaded. Nothing in `src/` knows of it, and the package
 * does not contain it. Ends the process when the text to change is not there exactly once: a control that controls
 * nothing must not pass for one.
 */
import { registerHooks } from 'node:module'

const SOURCE = new URL('../../src/', import.meta.url)

/** @param file path below `src/` */
export function rewrite(file: string, from: string, to: string): void {
  const url = new URL(file, SOURCE).href
  registerHooks({
    load(loading, context, next) {
      const loaded = next(loading, context)
      if (loading !== url) return loaded
      const parts = String(loaded.source).split(from)
      if (parts.length !== 2) throw new Error(`sabotage: src/${file} does not contain exactly once: ${from}`)
      return { ...loaded, source: parts.join(to) }
    },
  })
}
