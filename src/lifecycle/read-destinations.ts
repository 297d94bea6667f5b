import type { Destination } from '../domain/destination.ts'
import type { Page, PageQuery } from '../ports.ts'
import type { World } from './world.ts'

/** What waits for a destination is counted so far. */
export const COUNTED_WAITING = 1_000

export interface DestinationView {
  destination: Destination
  inFlight: number
  /** At most `COUNTED_WAITING`. */
  waiting: number
}

/** A page of the destinations that have been sent to, newest first, with what is in flight and what waits. */
export async function readDestinations({ store, handover, inFlight }: World, query: PageQuery): Promise<Page<DestinationView>> {
  const held = handover.deliveries
  const { rows, next } = await store.listDestinations(query, COUNTED_WAITING)
  const views = rows.map(({ destination, waiting, sending }) => ({
    destination,
    // What goes from memory straight out is not marked in the store.
    inFlight: held.enabled ? (inFlight.get(destination.id) ?? 0) : sending,
    waiting: Math.min(COUNTED_WAITING, waiting + held.count(destination.id)),
  }))
  return { rows: views, next }
}
