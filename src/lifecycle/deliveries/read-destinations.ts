import { COUNTED_WAITING } from '../../domain/destination.ts'
import type { Page, PageQuery } from '../../ports/page.ts'
import type { DestinationState } from '../../wire/documents/destination.ts'
import type { Context } from '../process/context.ts'

/** A page of the destinations that have been sent to, newest first, with what is in flight and what waits. */
export async function readDestinations(
  { store, localQueues, outgoing }: Pick<Context, 'store' | 'localQueues' | 'outgoing'>,
  query: PageQuery,
): Promise<Page<DestinationState>> {
  const held = localQueues.delivery
  const { rows, next } = await store.destinations.list(query, COUNTED_WAITING)
  const views = rows.map(({ destination, waiting, sending }) => ({
    destination,
    // What goes from memory straight out is not marked in the store.
    inFlight: held.enabled ? outgoing.inFlight(destination.id) : sending,
    waiting: Math.min(COUNTED_WAITING, waiting + held.count(destination.id)),
  }))
  return { rows: views, next }
}
