import { breakerState, type Destination } from '../../domain/destination.ts'
import { isPaused } from '../../domain/pause.ts'
import { timestamp } from './timestamp.ts'

/** A destination with what happens there at present. */
export interface DestinationState {
  destination: Destination
  /** Requests that wait for their answer. */
  inFlight: number
  /** Deliveries that wait for an attempt, counted to `COUNTED_WAITING`. */
  waiting: number
}

/** The destination document at `now`. */
export function destinationDocument({ destination, inFlight, waiting }: DestinationState, now: number) {
  return {
    destination: destination.origin,
    limit: Math.floor(destination.limit),
    in_flight: inFlight,
    waiting,
    breaker: {
      state: breakerState(destination, now),
      since: timestamp(destination.openSince),
      probe_at: timestamp(destination.openUntil),
    },
    paused_until: timestamp(isPaused(destination, now) ? destination.pausedUntil : null),
  }
}
