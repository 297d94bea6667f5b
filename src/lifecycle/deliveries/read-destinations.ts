import { COUNTED_WAITING, type Destination } from '../../domain/destination.ts'
import type { DestinationLoad } from '../../ports/destinations.ts'
import type { Page, PageQuery } from '../../ports/page.ts'
import type { DestinationState } from '../../wire/documents/destination.ts'
import type { Context } from '../process/context.ts'

type LoadContext = Pick<Context, 'store' | 'localQueues' | 'outgoing'>

/** A page of the destinations that have been sent to, newest first, with what is in flight and what waits. */
export async function readDestinations(context: LoadContext, query: PageQuery): Promise<Page<DestinationState>> {
  const { rows, next } = await context.store.destinations.list(query, COUNTED_WAITING)
  return { rows: rows.map((load) => stateOf(context, load)), next }
}

/** One destination with what is in flight and what waits. */
export async function readDestination(context: LoadContext, destination: Destination): Promise<DestinationState> {
  return stateOf(context, { destination, ...(await context.store.destinations.load(destination.id, COUNTED_WAITING)) })
}

function stateOf({ localQueues, outgoing }: LoadContext, { destination, waiting, sending }: DestinationLoad): DestinationState {
  const held = localQueues.delivery
  return {
    destination,
    // What goes from memory straight out is not marked in the store.
    inFlight: held.enabled ? outgoing.inFlight(destination.id) : sending,
    waiting: Math.min(COUNTED_WAITING, waiting + held.count(destination.id)),
  }
}
