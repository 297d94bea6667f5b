import type { Event } from '../domain/event.ts'

/** `tenantId` null = every tenant (the operator). `after` is a position in the feed (exclusive); 0 is its beginning. */
export interface FeedQuery {
  tenantId: string | null
  after: number
  limit: number
  /** Null = all. */
  types: readonly string[] | null
}

/** Oldest first. A page may be short or empty and still have more: its bodies are bounded, and so are the events looked at. */
export interface FeedPage {
  events: Event[]
  more: boolean
  /** Reading goes on behind this position; null: nothing was there to look at. */
  reached: number | null
  /** The last event of another type behind the last of `events` that was looked at: reading goes on after it. Null: there is none. */
  passed: { id: string; position: number } | null
}

/** Reads of events and of the feed. */
export interface EventReads {
  /** Whose event it is, and where it stands in the feed: no event ever appears before one that could be read. */
  position(id: string): Promise<{ tenantId: string; position: number } | null>
  /** The frozen bytes that its deliveries send (read off the main thread). */
  body(id: string): Promise<Uint8Array | null>
  /** The newest event of a tenant, or of all (null). */
  last(tenantId: string | null): Promise<{ id: string; position: number } | null>
  feed(query: FeedQuery): Promise<FeedPage>
  /** Ids of events that belong to no job and, like all of their deliveries, ended at or before `before`: at most `limit`. */
  expired(before: number, limit: number): Promise<string[]>
}
