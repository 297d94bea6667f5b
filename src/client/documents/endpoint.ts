/** Documents of endpoints as they stand on the wire. */
import type { JobEventType } from './event.ts'

/** What an endpoint can ask for. */
export type SubscribedEvent =
  | JobEventType
  | 'group.completed'
  | 'endpoint.disabled'
  | 'delivery.dead'
  | 'destination.failing'
  | 'destination.recovered'
  | 'job.stuck'

/** The endpoint document. Never has the secret or the values of headers. */
export interface EndpointDocument {
  id: string
  /** In lists with `tenant` only. */
  tenant_id?: string
  url: string
  events: SubscribedEvent[]
  description: string | null
  header_names: string[]
  status: 'enabled' | 'disabled'
  disabled_reason: 'gone' | 'failing' | 'requested' | 'unreadable' | null
  /** The first failed try since the last successful one. */
  failing_since: string | null
  created_at: string
}

/** A new endpoint with its secret, which is shown this once. */
export interface NewEndpoint extends Omit<EndpointDocument, 'tenant_id'> {
  secret: string
}

/** What an endpoint is made of. */
export interface CreateEndpoint {
  url: string
  /** All ends of jobs when absent. */
  events?: readonly SubscribedEvent[] | null | undefined
  description?: string | null | undefined
  /** Sent with every attempt. Write-only. */
  headers?: Readonly<Record<string, string>> | null | undefined
}

/** What is changed of an endpoint; an absent member stays as it is. */
export interface UpdateEndpoint extends Partial<CreateEndpoint> {
  status?: 'enabled' | 'disabled' | undefined
}

/** What came of a test event. */
export interface EndpointTest {
  event_id: string
  url: string
  delivered: boolean
  status: number | null
  error: string | null
  error_cause: string | null
  ms: number
  response_headers: Record<string, string>
  response_body: string
}

/** The signing secret of the tenant; `previous` while a rotation overlaps. */
export interface SigningSecret {
  secret: string
  previous: string | null
  previous_expires_at: string | null
}

/** The fresh secret of an endpoint, which is shown this once. */
export interface RotatedSecret {
  secret: string
  previous_expires_at: string | null
}

/** How a secret is rotated. */
export interface RotateSecret {
  /** For so long both secrets sign; a day when absent, 0: the old one is gone at once. */
  overlap_seconds?: number | undefined
}
