/**
 * Who owns a run that was posted to a thread. The thread starts the run or the main thread revokes it: one
 * compare-and-exchange in shared memory decides.
 */

const POSTED = 0
const STARTED = 1
const REVOKED = 2

/** Makes the claim of one posted run. */
export function newClaim(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
}

/** The thread takes the run. False when the main thread has revoked it. */
export function startClaimed(claim: SharedArrayBuffer): boolean {
  return Atomics.compareExchange(new Int32Array(claim), 0, POSTED, STARTED) === POSTED
}

/** The main thread takes the run back. False when the thread has started it. */
export function revoke(claim: SharedArrayBuffer): boolean {
  return Atomics.compareExchange(new Int32Array(claim), 0, POSTED, REVOKED) === POSTED
}

/** Whether the thread has started the run. */
export function isStarted(claim: SharedArrayBuffer): boolean {
  return Atomics.load(new Int32Array(claim), 0) === STARTED
}
