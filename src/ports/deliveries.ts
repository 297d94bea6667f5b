import type { Attempt } from '../domain/attempt.ts'
import type { Delivery, PendingDelivery, ShownDeliveryStatus } from '../domain/delivery.ts'
import type { Page, PageQuery } from './page.ts'

/** Which deliveries are listed; null = all. */
export interface DeliveryQuery extends PageQuery {
  /** Null = any. `pending` covers an attempt in flight. */
  status: ShownDeliveryStatus | null
  reason: string | null
  /** The class of the last attempt's error. */
  error: string | null
  jobId: string | null
  /** An event's id or its type. */
  event: string | null
  /** The job's type. */
  type: string | null
  /** A URL origin. */
  destination: string | null
  /** It ended before. */
  endedBefore?: number | null
}

/** Which of the dead-letter queue. */
export type DeadLetterFilter = Omit<DeliveryQuery, 'status' | 'limit' | 'before'>

/** Dead letters of one destination and one reason; when the oldest and the newest of them were created. */
export interface DeadLetterGroup {
  tenantId: string
  /** The URL origin. */
  origin: string
  reason: string
  count: number
  oldestAt: number
  newestAt: number
}

/** Largest groups first. `complete` is false when there was more than is looked at (100,000) or shown (1,000 groups). */
export interface DeadLetterSummary {
  groups: DeadLetterGroup[]
  complete: boolean
}

/** Dead letters that a replay would move, counted: those of one window, and where the next begins. */
export interface ReplayCounts {
  groups: { origin: string; reason: string; count: number }[]
  next: number | null
}

/** Reads of deliveries and their attempts. */
export interface DeliveryReads {
  find(id: string): Promise<Delivery | null>
  /** Deliveries of a lane that wait unclaimed past their horizon: at most `limit`. */
  overdue(destination: string, now: number, limit: number): Promise<PendingDelivery[]>
  /** Deliveries of an endpoint that wait unclaimed, but for those to `exceptUrl`: at most `limit`. */
  waitingFor(endpointId: string, exceptUrl: string | null, limit: number): Promise<PendingDelivery[]>
  /** The attempt log, oldest first: the newest `limit` attempts. */
  attempts(deliveryId: string, limit: number): Promise<Attempt[]>
  list(query: DeliveryQuery): Promise<Page<Delivery>>
  /** At most `rows` are looked at. */
  summarizeDeadLetters(filter: DeadLetterFilter, rows: number): Promise<DeadLetterSummary>
  /** Dead letters whose endpoint, if any, is enabled, newest first. From the position `before` on (exclusive; null = the newest). */
  countReplayable(filter: DeadLetterFilter, before: number | null): Promise<ReplayCounts>
}
