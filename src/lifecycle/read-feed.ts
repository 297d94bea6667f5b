import { Refusal } from '../domain/errors.ts'
import { createdAt } from '../domain/id.ts'
import type { FeedPage } from '../ports.ts'
import { maySee, notFound } from './find-job.ts'
import type { Reader, World } from './world.ts'

/**
 * The events a reader may see, oldest first, from the one after `after` on (an event's id; null: from the oldest kept).
 * Refuses with `cursor_expired` when `after` is past its retention and gone, and with `not_found` when it is unknown or
 * another tenant's.
 */
export async function readFeed(world: World, reader: Reader, after: string | null, limit: number): Promise<FeedPage> {
  const position = after === null ? 0 : await positionOf(world, reader, after)
  return world.store.feed({ tenantId: reader.tenantId, after: position, limit })
}

/** What was purged leaves no trace, so an id is judged by the time in it: the same for one's own, another's and a made-up one. */
async function positionOf(world: World, reader: Reader, eventId: string): Promise<number> {
  const event = await world.store.eventPosition(eventId)
  if (event && maySee(reader, event.tenantId)) return event.position
  const made = createdAt(eventId)
  if (made === null || made > world.clock.now() - world.settings.retentionMs) throw notFound()
  throw new Refusal('cursor_expired', 'The event named by `after` is past its retention: begin again without `after`.')
}
