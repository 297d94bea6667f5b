/** `client.deadLetters`: the routes below `/v1/dead-letters`. */
import type { DeadLetterSummary, DeliveryChoice, DeliveryDocument, DeliveryFilter, ReplayedDeadLetters } from '../documents/delivery.ts'
import type { ByTenant } from '../jobs/jobs.ts'
import { type CallOptions, type Listing, listing, type PageOptions } from '../transport/listing.ts'
import type { Transport } from '../transport/transport.ts'

const PATH = '/v1/dead-letters'

/** What can be done with the dead-letter queue. */
export interface DeadLettersApi {
  /** Newest first. */
  list(filter?: DeliveryFilter & PageOptions, options?: CallOptions): Listing<DeliveryDocument>
  /** Counts by destination and reason. */
  summary(filter?: DeliveryFilter & { tenant?: string | undefined }, options?: CallOptions): Promise<DeadLetterSummary>
  /** Sends all that fit again, each moved exactly once. At most 100,000 a call: see `has_more`. */
  replay(choice: DeliveryChoice, options?: ByTenant): Promise<ReplayedDeadLetters>
}

/** The dead-letter queue of a service. */
export function createDeadLetters(transport: Transport): DeadLettersApi {
  return {
    list: (filter = {}, options) => listing(transport, PATH, { ...filter }, options),
    summary: (filter = {}, { signal } = {}) => transport.json({ method: 'GET', path: `${PATH}/summary`, query: { ...filter }, signal }),
    replay: (choice, { tenant, signal } = {}) =>
      transport.json({ method: 'POST', path: `${PATH}/replay`, query: { tenant }, body: JSON.stringify(choice), signal }),
  }
}
