/** What a fault waits for, so that it meets the work it is meant for instead of a lucky moment. */
import { setTimeout as sleep } from 'node:timers/promises'
import { machineTime } from './history.ts'

/** `ack`: a client has its 202. `hit`: the receiver has a whole callback and has not answered yet. */
export type MomentKind = 'ack' | 'hit'

export interface Moments {
  /** The time of the next event of that kind, on the clock of the history; null when none came within 10 s. */
  next(kind: MomentKind): Promise<number | null>
  /** Such an event has just happened. */
  happened(kind: MomentKind): void
}

/** A moment that has not come by then is not coming, milliseconds. */
const GIVE_UP_MS = 10_000

export function createMoments(): Moments {
  const waiting = { ack: Promise.withResolvers<number>(), hit: Promise.withResolvers<number>() }
  return {
    next: (kind) => Promise.race([waiting[kind].promise, sleep(GIVE_UP_MS, null, { ref: false })]),
    happened(kind) {
      waiting[kind].resolve(machineTime())
      waiting[kind] = Promise.withResolvers()
    },
  }
}
