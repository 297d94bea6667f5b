/** What the main thread and a handlers' thread read and write without a message, because one of them may be unable to hear. */

const PULSE = 0
const HOLDER = 1

/** Signs of life of one thread. */
export interface Life {
  /** The thread: its loop goes round. */
  beat(): void
  /** The thread: this run's code goes on now; 0 is nobody's. */
  hold(run: number): void
  /** Any other figure than at the last look: the thread's loop has gone round. */
  pulse(): number
  /** The run whose code went on last; 0 is nobody's. */
  holder(): number
}

export function newLife(): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
}

export function lifeIn(buffer: SharedArrayBuffer): Life {
  const words = new Int32Array(buffer)
  return {
    beat: () => void Atomics.add(words, PULSE, 1),
    hold: (run) => void Atomics.store(words, HOLDER, run),
    pulse: () => Atomics.load(words, PULSE),
    holder: () => Atomics.load(words, HOLDER),
  }
}

const POSTED = 0
const BEGUN = 1
const WITHDRAWN = 2

/** Who has a posted run: it goes to whoever asks first, the thread that begins it or the main thread that takes it back. */
export function newClaim(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
}

/** The thread. False: the run has been taken back. */
export function begin(claim: SharedArrayBuffer): boolean {
  return Atomics.compareExchange(new Int32Array(claim), 0, POSTED, BEGUN) === POSTED
}

/** The main thread. False: the thread has begun it. */
export function withdraw(claim: SharedArrayBuffer): boolean {
  return Atomics.compareExchange(new Int32Array(claim), 0, POSTED, WITHDRAWN) === POSTED
}

export function isBegun(claim: SharedArrayBuffer): boolean {
  return Atomics.load(new Int32Array(claim), 0) === BEGUN
}
