/**
 * Who owns a run that was posted to a thread. The thread starts the run or the main thread revokes it: one
 * compare-and-exchange in shared memory decides.
 */

const POSTED = 0
const STARTED = 1
const REVOKED = 2

/** The claim of one posted run: its place among the flags of those that were posted with it. */
export interface RunClaim {
  flags: Int32Array
  at: number
}

/** Makes the flags of so many runs that are posted together. */
export function newFlags(runs: number): SharedArrayBuffer {
  return new SharedArrayBuffer(runs * Int32Array.BYTES_PER_ELEMENT)
}

/** The thread takes the run. False when the main thread has revoked it. */
export function startClaimed({ flags, at }: RunClaim): boolean {
  return Atomics.compareExchange(flags, at, POSTED, STARTED) === POSTED
}

/** The main thread takes the run back. False when the thread has started it. */
export function revoke({ flags, at }: RunClaim): boolean {
  return Atomics.compareExchange(flags, at, POSTED, REVOKED) === POSTED
}

/** Whether the thread has started the run. */
export function isStarted({ flags, at }: RunClaim): boolean {
  return Atomics.load(flags, at) === STARTED
}
