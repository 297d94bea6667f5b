/** What the recipes of this folder do with a callback that was verified. */
import type { CallbackEvent } from 'ringback/verify'

/** Callbacks are smaller: a result above 64 KiB is not in them. Bytes. */
export const MAX_BODY = 1024 * 1024

/**
 * The ids of events that were handled. A real receiver keeps them in its database, as a unique key that is written in the same
 * transaction as what it does with the event.
 */
const handled = new Set<string>()

/** Does the work of an event once: every attempt and every replay of it has the same `webhook-id`. */
export function handleOnce(id: string, event: CallbackEvent): void {
  if (handled.has(id)) return
  handled.add(id)
  // A group and a destination have no id.
  console.log('id' in event.data ? `${event.type} ${event.data.id} ${event.data.status}` : event.type)
}
