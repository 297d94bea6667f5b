/** Documents of deliveries and of the dead-letter queue as they stand on the wire. */

/** `pending` covers a try in flight. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead' | 'canceled'

/** Why a delivery is dead or canceled. */
export type DeliveryReason =
  | 'exhausted'
  | 'gone'
  | 'forbidden'
  | 'destination_down'
  | 'endpoint_disabled'
  | 'discarded'
  | 'endpoint_deleted'

/** The delivery document: one event for one URL. */
export interface DeliveryDocument {
  id: string
  /** In lists with `tenant` only. */
  tenant_id?: string
  event: { id: string; type: string }
  /** Null for an event about an endpoint. */
  job_id: string | null
  /** Null for a job's own URL. */
  endpoint_id: string | null
  url: string
  status: DeliveryStatus
  reason: DeliveryReason | null
  attempts: number
  next_attempt_at: string | null
  last_status: number | null
  last_error: string | null
  created_at: string
}

/** One attempt of a delivery. */
export interface DeliveryAttempt {
  n: number
  at: string
  ms: number
  status: number | null
  /** A stable class, such as `timeout`. */
  error: string | null
  error_cause: string | null
  /** Values of custom headers show as `***`. */
  request_headers: Record<string, string> | null
  response_headers: Record<string, string>
  response_body: string
}

/** The delivery document with what was sent and every attempt, oldest first. */
export interface DeliveryWithLog extends DeliveryDocument {
  request_body: string
  attempt_log: DeliveryAttempt[]
}

/** Why a delivery has not arrived, or how it ended. */
export interface DeliveryExplanation {
  state: DeliveryStatus
  /** What holds it back most comes first. `until` is null where nobody knows. */
  because: { code: ExplanationCode; detail: string; since: string | null; until: string | null }[]
  /** Not before this time; null when no try will be made. */
  next_attempt_at: string | null
}

/** What can hold a delivery back, or has ended it. */
export type ExplanationCode =
  | DeliveryReason
  | 'delivered'
  | 'sending'
  | 'paused'
  | 'breaker_open'
  | 'probing'
  | 'scheduled'
  | 'destination_full'
  | 'tenant_share'
  | 'due'

/** What chooses deliveries, in lists and in the filters of replay and retry. */
export interface DeliveryFilter {
  status?: DeliveryStatus | undefined
  reason?: DeliveryReason | undefined
  /** Class of the last error, as in `last_error`. */
  error?: string | undefined
  job_id?: string | undefined
  /** Id of the event, or its type. */
  event?: string | undefined
  /** Type of the job. */
  type?: string | undefined
  /** A URL; deliveries to its origin. */
  destination?: string | undefined
  created_after?: string | undefined
  created_before?: string | undefined
}

/** Which deliveries are moved at once: `{ all: true }`, or a filter with at least one member. */
export type DeliveryChoice = { all: true } | { filter: DeliveryFilter | { all: true } }

/** What a retry by filter did. */
export interface RetriedDeliveries {
  retried: number
  has_more: boolean
}

/** What a replay by filter did. */
export interface ReplayedDeadLetters {
  replayed: number
  skipped: number
  has_more: boolean
}

/** What a replay would move now. Given to it as `as_of` and `expect`, it moves that and nothing that died since. */
export interface ReplayPreview {
  would_replay: number
  by: { destination: string; reason: DeliveryReason; count: number }[]
  as_of: string
}

/** The dead letters counted by destination and reason, largest group first. */
export interface DeadLetterSummary {
  data: {
    tenant_id?: string
    destination: string
    reason: DeliveryReason
    count: number
    oldest_at: string
    newest_at: string
  }[]
  /** False: there are more than were counted. */
  complete: boolean
}
