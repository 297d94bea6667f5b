/**
 * An endpoint: a registered URL of a tenant that gets every event it asks for, and every step it can take.
 *
 *   enabled ──410 · failing for five days · its owner──▶ disabled ──its owner──▶ enabled
 *
 * Times are milliseconds since the epoch. Every arrow returns a new record with `version + 1`.
 */
import { type Delivery, type PendingDelivery, redirectDelivery, type SendingDelivery, stopDelivery, withdrawDelivery } from './delivery.ts'
import { ALERT_EVENT_TYPES } from './event.ts'
import { JOB_EVENT_TYPES } from './job.ts'

/** What an endpoint can ask for. */
export const ENDPOINT_EVENT_TYPES = [...JOB_EVENT_TYPES, 'group.completed', 'endpoint.disabled', ...ALERT_EVENT_TYPES] as const
/** What a tenant's feed holds: test events, which go to one endpoint only, as well. */
export const FEED_EVENT_TYPES = [...ENDPOINT_EVENT_TYPES, 'endpoint.test'] as const
/** One of `ENDPOINT_EVENT_TYPES`. */
export type EndpointEventType = (typeof ENDPOINT_EVENT_TYPES)[number]

/** Every status of an endpoint. */
export const ENDPOINT_STATUSES = ['enabled', 'disabled'] as const

/** `gone`: it answered 410. `failing`: nothing succeeded for five days. `requested`: by its owner. `unreadable`: its record is damaged. */
export const DISABLED_REASONS = ['gone', 'failing', 'requested', 'unreadable'] as const
/** One of `DISABLED_REASONS`. */
export type DisabledReason = (typeof DISABLED_REASONS)[number]

/** An endpoint none of whose attempts has succeeded for this long is disabled by its next failure. */
const FAILING_MS = 5 * 24 * 60 * 60 * 1000

/** What a new endpoint is made of. */
export interface NewEndpoint {
  id: string
  tenantId: string
  /** The canonical URL. */
  url: string
  events: readonly EndpointEventType[]
  description: string | null
  /** Judged custom headers, sent with every attempt. */
  headers: Readonly<Record<string, string>>
}

interface EndpointCore extends NewEndpoint {
  /** The first failed attempt since the last successful one, or since it was made, enabled or given its URL. */
  failingSince: number | null
  createdAt: number
  version: number
}

/** Gets the events it asks for. An attempt, or its owner, moves it on. */
export interface EnabledEndpoint extends EndpointCore {
  status: 'enabled'
}

/** Gets nothing. Only its owner moves it on. */
export interface DisabledEndpoint extends EndpointCore {
  status: 'disabled'
  disabledReason: DisabledReason
}

/** An endpoint in either state. */
export type Endpoint = EnabledEndpoint | DisabledEndpoint

/** What its owner changes; an absent member stays as it is. */
export interface EndpointChange {
  url?: string
  events?: readonly EndpointEventType[]
  description?: string | null
  headers?: Readonly<Record<string, string>>
  status?: Endpoint['status']
}

/** An endpoint as it is first stored: enabled. */
export function newEndpoint(input: NewEndpoint, now: number): EnabledEndpoint {
  return { ...input, status: 'enabled', failingSince: null, createdAt: now, version: 1 }
}

/** As its owner wants it. A new URL, and being enabled again, begin with a clean record of failures. */
export function changeEndpoint(endpoint: Endpoint, { status = endpoint.status, ...members }: EndpointChange): Endpoint {
  const changed = { ...endpoint, ...members, version: endpoint.version + 1 }
  if (changed.url !== endpoint.url) changed.failingSince = null
  if (status === endpoint.status) return changed
  return status === 'disabled' ? { ...changed, status, disabledReason: 'requested' } : enabled(changed)
}

/** What an attempt says of its endpoint: it took the event, it answered 410, or neither. */
export type EndpointAttemptClass = 'ok' | 'gone' | 'failed'

/** What an attempt says of its endpoint. `status` is null when no complete answer came. */
export function classifyEndpointAttempt(status: number | null): EndpointAttemptClass {
  if (status === 410) return 'gone'
  return status !== null && status >= 200 && status <= 299 ? 'ok' : 'failed'
}

/**
 * The endpoint after one attempt of its present URL; the same object when nothing changes. A 410 disables it, and so does a
 * failure when the first one since the last success is five days old: the attempt at hand is the one that failed in the last 24 h.
 */
export function afterEndpointAttempt(endpoint: Endpoint, verdict: EndpointAttemptClass, now: number): Endpoint {
  if (endpoint.status === 'disabled') return endpoint
  const version = endpoint.version + 1
  if (verdict === 'ok') return endpoint.failingSince === null ? endpoint : { ...endpoint, failingSince: null, version }
  const failingSince = endpoint.failingSince ?? now
  const tried = { ...endpoint, failingSince, version }
  if (verdict === 'gone') return { ...tried, status: 'disabled', disabledReason: 'gone' }
  if (now - failingSince >= FAILING_MS) return { ...tried, status: 'disabled', disabledReason: 'failing' }
  return endpoint.failingSince === null ? tried : endpoint
}

/**
 * What an open delivery becomes by what its endpoint is now (null: deleted); the same object when it may go out as it is.
 * One whose endpoint has another URL goes back to wait, in that URL's lane.
 */
export function reconcileDelivery(delivery: PendingDelivery | SendingDelivery, endpoint: Endpoint | null, now: number): Delivery {
  if (endpoint === null) return withdrawDelivery(delivery, now)
  if (endpoint.status === 'disabled') return stopDelivery(delivery, now)
  return delivery.url === endpoint.url ? delivery : redirectDelivery(delivery, endpoint.url)
}

function enabled(endpoint: Endpoint): EnabledEndpoint {
  const { status: _status, disabledReason: _reason, ...core } = { disabledReason: null, ...endpoint }
  return { ...core, status: 'enabled', failingSince: null }
}
