/**
 * Globals as they were before the operator's code was loaded. Handlers can replace the globals that all runs of their thread
 * share, for instance with a JSON that writes BigInt or with the timers of a test library. Our code uses these originals, so it
 * works the same for the next run. Node.js calls such copies primordials. This module is imported before any handler module.
 */

/** The classes. */
export const { AbortController, Buffer, DOMException, TextDecoder, TextEncoder } = globalThis
/** The timers. */
export const { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } = globalThis
/** The two directions of JSON. */
export const { parse: parseJson, stringify: writeJson } = JSON

const { memoryUsage } = process
const clock = performance.now.bind(performance)

/** Milliseconds since the thread started. */
export function monotonic(): number {
  return clock()
}

/** As `process.memoryUsage`, in bytes. */
export function usage(): NodeJS.MemoryUsage {
  return memoryUsage()
}
