/**
 * Memory that the main thread and a handlers' thread share. The main thread reads it without a message: a thread that
 * computes reads and sends none.
 */

const BEATS = 0
const EXECUTING = 1

/** Tells whether a thread's event loop goes round, and which run's code executes in it. */
export interface SharedHeartbeat {
  /** Counts one more turn of the event loop. Called in the thread. */
  beat(): void
  /** Names the run whose code executes from here on; 0 names none. Called in the thread. */
  setExecuting(run: number): void
  /** The beats so far. The figure changes when the thread's event loop has gone round. */
  beats(): number
  /** The run whose code executed last; 0 when it belongs to no run. */
  executing(): number
}

/** Makes the memory of one thread, to be read by `heartbeatIn` on both sides. */
export function newHeartbeatBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
}

/** Reads and writes the memory that `newHeartbeatBuffer` made. */
export function heartbeatIn(buffer: SharedArrayBuffer): SharedHeartbeat {
  const words = new Int32Array(buffer)
  return {
    beat: () => void Atomics.add(words, BEATS, 1),
    setExecuting: (run) => void Atomics.store(words, EXECUTING, run),
    beats: () => Atomics.load(words, BEATS),
    executing: () => Atomics.load(words, EXECUTING),
  }
}
