/** A `ProcessTime` is read at least this often, milliseconds. */
export const LOOK_EVERY_MS = 250
/** A longer gap between two reads tells that the process stood still, milliseconds. */
const STOOD_STILL_MS = 500

/** Milliseconds from an unknown beginning, without those in which the process stood still. */
export interface ProcessTime {
  /** Must be called at least every `LOOK_EVERY_MS`. */
  read(): number
}

/**
 * Time as the process lived it: a suspended virtual machine, a stopped process or a blocked event loop reads no answers, so
 * its standstill must not count against whoever answers. A gap of more than half a second between two reads counts as `LOOK_EVERY_MS`.
 *
 * @param monotonic milliseconds, never going back
 */
export function createProcessTime(monotonic: () => number): ProcessTime {
  let lastRead = monotonic()
  let stoodStill = 0
  return {
    read() {
      const now = monotonic()
      if (now - lastRead > STOOD_STILL_MS) stoodStill += now - lastRead - LOOK_EVERY_MS
      lastRead = now
      return now - stoodStill
    },
  }
}
