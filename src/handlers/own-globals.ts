/**
 * Globals as they were before the operator's code came. A handler may replace what all runs of its thread share (a JSON that
 * writes BigInt, timers of a test library); what ours does for the next run must not go through that. Loaded before any module
 * of the operator's.
 */
export const { AbortController, Buffer, DOMException, TextDecoder, TextEncoder } = globalThis
export const { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } = globalThis
export const { parse: parseJson, stringify: writeJson } = JSON

const { memoryUsage } = process
const clock = performance.now.bind(performance)

/** Milliseconds since the thread began. */
export function monotonic(): number {
  return clock()
}

/** As `process.memoryUsage`. */
export function usage(): NodeJS.MemoryUsage {
  return memoryUsage()
}
