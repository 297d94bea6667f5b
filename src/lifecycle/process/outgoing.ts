import { tenantOfLane } from '../../domain/fair-share.ts'

/** The requests that this process sends to receivers. In memory. */
export interface Outgoing {
  /** An attempt of a delivery begins. Its request counts for the destination until `answered`, its delivery until `ended`. */
  begin(deliveryId: string, destination: string): OutgoingAttempt
  isSending(deliveryId: string): boolean
  /** Deliveries that are being sent. */
  count(): number
  /** The same of one tenant. */
  countOfTenant(tenantId: string): number
  /** Requests to a destination that have no answer yet. */
  inFlight(destination: string): number
  /** Aborted when requests in flight must end because the process stops. */
  readonly signal: AbortSignal
  abort(): void
}

/** One attempt under way. */
export interface OutgoingAttempt {
  /** The request is no longer in flight. True the first time. */
  answered(): boolean
  /** What came of the attempt is recorded, or given up. */
  ended(): void
}

/** Nothing is being sent yet. */
export function createOutgoing(): Outgoing {
  /** By id, with the lane of each. */
  const deliveries = new Map<string, string>()
  const byDestination = new Map<string, number>()
  const stop = new AbortController()
  return {
    begin(deliveryId, destination) {
      deliveries.set(deliveryId, destination)
      byDestination.set(destination, (byDestination.get(destination) ?? 0) + 1)
      let isInFlight = true
      return {
        answered() {
          if (!isInFlight) return false
          isInFlight = false
          const left = (byDestination.get(destination) ?? 1) - 1
          if (left === 0) byDestination.delete(destination)
          else byDestination.set(destination, left)
          return true
        },
        ended: () => void deliveries.delete(deliveryId),
      }
    },
    isSending: (deliveryId) => deliveries.has(deliveryId),
    count: () => deliveries.size,
    countOfTenant: (tenantId) => [...deliveries.values()].filter((lane) => tenantOfLane(lane) === tenantId).length,
    inFlight: (destination) => byDestination.get(destination) ?? 0,
    signal: stop.signal,
    abort: () => stop.abort(),
  }
}
