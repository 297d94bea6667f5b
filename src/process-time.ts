/** Between two looks at the clock while somebody counts on it, milliseconds. */
export const LOOK_EVERY_MS = 250
/** A look that comes later than this after the one before found a process that stood still, milliseconds. */
const STOOD_STILL_MS = 500

export interface ProcessTime {
  /** Milliseconds from anywhere, without those in which the process stood still. Call it at least every `LOOK_EVERY_MS`. */
  read(): number
}

/**
 * Time as the process lived it: a suspended virtual machine, a stopped process or a blocked event loop reads no answers, so
 * its standstill must not count against whoever answers. A gap between two reads above half a second counts as one look.
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
