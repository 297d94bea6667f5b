/** `client.deliveries`: the routes below `/v1/deliveries`. */
import type {
  DeliveryChoice,
  DeliveryDocument,
  DeliveryExplanation,
  DeliveryFilter,
  DeliveryWithLog,
  RetriedDeliveries,
} from '../documents/delivery.ts'
import type { ByTenant } from '../jobs/jobs.ts'
import { type CallOptions, type Listing, listing, type PageOptions } from '../transport/listing.ts'
import type { Transport } from '../transport/transport.ts'

const PATH = '/v1/deliveries'

/** What can be done with deliveries. */
export interface DeliveriesApi {
  /** Newest first. */
  list(filter?: DeliveryFilter & PageOptions, options?: CallOptions): Listing<DeliveryDocument>
  /** With every attempt. */
  get(id: string, options?: CallOptions): Promise<DeliveryWithLog>
  /** Why it has not arrived and when the next try comes, or how it ended. */
  explain(id: string, options?: CallOptions): Promise<DeliveryExplanation>
  /** Sends a dead or delivered one again, with a fresh schedule and the same `webhook-id`. */
  replay(id: string, options?: CallOptions): Promise<DeliveryDocument>
  /** Makes one that waits due now. */
  retry(id: string, options?: CallOptions): Promise<DeliveryDocument>
  /** Makes all that fit and wait due now. At most 100,000 a call: see `has_more`. */
  retry(choice: DeliveryChoice, options?: ByTenant): Promise<RetriedDeliveries>
  /** Takes a dead one off the dead-letter queue. */
  discard(id: string, options?: CallOptions): Promise<void>
}

/** The deliveries of a service. */
export function createDeliveries(transport: Transport): DeliveriesApi {
  async function retry(id: string, options?: CallOptions): Promise<DeliveryDocument>
  async function retry(choice: DeliveryChoice, options?: ByTenant): Promise<RetriedDeliveries>
  async function retry(which: string | DeliveryChoice, { tenant, signal }: ByTenant = {}): Promise<unknown> {
    if (typeof which === 'string') return transport.json({ method: 'POST', path: `${one(which)}/retry`, signal })
    return transport.json({ method: 'POST', path: `${PATH}/retry`, query: { tenant }, body: JSON.stringify(which), signal })
  }

  return {
    list: (filter = {}, options) => listing(transport, PATH, { ...filter }, options),
    get: (id, { signal } = {}) => transport.json({ method: 'GET', path: one(id), signal }),
    explain: (id, { signal } = {}) => transport.json({ method: 'GET', path: `${one(id)}/explain`, signal }),
    replay: (id, { signal } = {}) => transport.json({ method: 'POST', path: `${one(id)}/replay`, signal }),
    retry,
    discard: (id, { signal } = {}) => transport.json({ method: 'DELETE', path: one(id), signal }),
  }
}

function one(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`
}
