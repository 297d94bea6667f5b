import type { Event } from '../../domain/event.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Following } from '../jobs/follow-job.ts'
import type { Context, Reader } from '../process/context.ts'
import { startOf } from './read-feed.ts'

/** Events read at a time; the store bounds their bytes. */
const PAGE = 32
/** A feed is looked at again after so long, milliseconds: a message from another process may be lost. */
const LOOK_AGAIN_MS = { alone: 5_000, amongOthers: 1_000 }

/** A place in a feed, and how it is named. */
export interface FeedPlace {
  position: number
  /** The id of an event, or of a beginning: a reader who knows it goes on from here. */
  id: string
}

/** Where events go. */
export interface FeedSink {
  /** Whether nothing more can be taken now. */
  readonly full: boolean
  event(event: Event): void
  /** Everything up to the event of this id has been looked at, and is of other types. */
  passed(id: string): void
}

/** Where a live feed begins: behind `after`, or now. Refuses as `readFeed` does. */
export async function openFeed(context: Context, reader: Reader, after: string | null): Promise<FeedPlace> {
  const { position, goOnAfter } = await startOf(context, reader, after ?? 'latest')
  return { position, id: goOnAfter ?? after ?? '' }
}

/** What part of a feed is followed. */
export interface FollowedFeed {
  from: FeedPlace
  /** Null = all. */
  types: readonly string[] | null
}

/** Gives every event of a feed behind a place, in order, each once. Nothing is read while the sink is full, so nothing is left out. */
export function followFeed(context: Context, { tenantId }: Reader, { from, types }: FollowedFeed, sink: FeedSink): Following {
  let { position } = from
  let over = false
  let reading = false
  let again = false
  const lookAgainMs = context.bus === null ? LOOK_AGAIN_MS.alone : LOOK_AGAIN_MS.amongOthers
  let lookAt = context.clock.monotonic() + lookAgainMs

  async function readPage(): Promise<void> {
    const { events, more, reached, passed } = await context.store.events.feed({ tenantId, after: position, limit: PAGE, types })
    if (over) return
    for (const event of events) sink.event(event)
    if (passed !== null) sink.passed(passed.id)
    position = reached ?? position
    if (more) again = true
  }

  async function read(): Promise<void> {
    again = true
    if (reading) return
    reading = true
    try {
      while (again && !over && !sink.full) {
        again = false
        await readPage()
      }
    } catch (error) {
      // The next message or the next look reads on.
      if (!(error instanceof StoreUnavailable)) context.log.error({}, 'reading a live feed failed', error)
    } finally {
      reading = false
    }
  }

  const unwatch = context.topics.watch({ feedOf: tenantId }, () => void read())
  void read()
  return {
    resume: () => void read(),
    check(now) {
      if (now < lookAt) return
      lookAt = now + lookAgainMs
      void read()
    },
    stop() {
      over = true
      unwatch()
    },
  }
}
