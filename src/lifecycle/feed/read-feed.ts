import { ProblemError } from '../../domain/errors.ts'
import type { Event } from '../../domain/event.ts'
import { beginningId, createdAt, isBeginningId } from '../../domain/id.ts'
import { maySee, notFound } from '../access/find-job.ts'
import type { Context, Reader } from '../process/context.ts'
import { longPoll } from '../process/long-poll.ts'

/** What part of a feed is asked for. */
export interface FeedRequest {
  /** An event's id; null: from the oldest kept; `latest`: only what comes from now on. */
  after: string | null
  /** Null = all. */
  types: readonly string[] | null
  limit: number
  /** Hold an empty answer until there is an event, at most this long, milliseconds. */
  waitMs: number
  signal: AbortSignal
}

/** A part of a feed. */
export interface FeedAnswer {
  events: Event[]
  more: boolean
  /** Where to go on when that is not behind the last of `events`: events of other types were passed, or `latest` was asked for. */
  goOnAfter: string | null
}

/**
 * The events a reader may see, oldest first, from the one after `after` on. Refuses with `cursor_expired` when `after` is past its
 * retention and gone, with `not_found` when it is unknown or another tenant's, and with `overloaded` when too many wait already.
 */
export async function readFeed(context: Context, reader: Reader, request: FeedRequest): Promise<FeedAnswer> {
  const { tenantId } = reader
  const { types, limit, waitMs, signal } = request
  let { position, goOnAfter } = await startOf(context, reader, request.after)
  const read = async (): Promise<FeedAnswer> => {
    const { events, more, passed } = await context.store.events.feed({ tenantId, after: position, limit, types })
    if (passed) ({ position, id: goOnAfter } = passed)
    return { events, more, goOnAfter: passed === null && events.length > 0 ? null : goOnAfter }
  }
  if (waitMs === 0) return read()
  return longPoll(context, { topic: { feedOf: tenantId }, ms: waitMs, signal }, async () => {
    const found = await read()
    return { found, enough: () => found.events.length > 0 || found.more }
  })
}

/** Where reading a feed after this event begins. `goOnAfter`: the id to go on after, where `after` is none. Refuses as `readFeed` does. */
export async function startOf(
  context: Context,
  reader: Reader,
  after: string | null,
): Promise<{ position: number; goOnAfter: string | null }> {
  if (after === null) return { position: 0, goOnAfter: null }
  if (after !== 'latest') return { position: await positionOf(context, reader, after), goOnAfter: null }
  const last = await context.store.events.last(reader.tenantId)
  return last ? { position: last.position, goOnAfter: last.id } : { position: 0, goOnAfter: beginningId('evt', context.clock.now()) }
}

/** A purged event leaves no trace, so the time in its id decides: alike for one's own, another tenant's and an invented id. */
async function positionOf(context: Context, reader: Reader, eventId: string): Promise<number> {
  const event = await context.store.events.position(eventId)
  if (event && maySee(reader, event.tenantId)) return event.position
  const made = createdAt(eventId)
  if (made === null) throw notFound()
  if (made <= context.clock.now() - context.settings.retentionMs) {
    throw new ProblemError('cursor_expired', 'The event named by `after` is past its retention: begin again without `after`.')
  }
  // Given out when the feed was empty, so all that it holds came later.
  if (isBeginningId(eventId)) return 0
  throw notFound()
}
