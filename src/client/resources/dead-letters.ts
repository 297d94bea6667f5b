/** `client.deadLetters`: the routes below `/v1/dead-letters`. */
import type {
  DeadLetterSummary,
  DeliveryChoice,
  DeliveryDocument,
  DeliveryFilter,
  ReplayedDeadLetters,
  ReplayPreview,
} from '../documents/delivery.ts'
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
  /** Counts what `replay` would send, and moves nothing. */
  preview(choice: DeliveryChoice, options?: ByTenant): Promise<ReplayPreview>
  /**
   * Sends all that fit again, each moved exactly once. At most 100,000 a call: see `has_more`. With `as_of` nothing that died later goes
   * along, and with `expect` nothing is moved when there is more.
   */
  replay(choice: DeliveryChoice & { as_of?: string; expect?: number }, options?: ByTenant): Promise<ReplayedDeadLetters>
}

/** The dead-letter queue of a service. */
export function createDeadLetters(transport: Transport): DeadLettersApi {
  function send<Answer>(body: object, { tenant, signal }: ByTenant = {}): Promise<Answer> {
    return transport.json({ method: 'POST', path: `${PATH}/replay`, query: { tenant }, body: JSON.stringify(body), signal })
  }

  return {
    list: (filter = {}, options) => listing(transport, PATH, { ...filter }, options),
    summary: (filter = {}, { signal } = {}) => transport.json({ method: 'GET', path: `${PATH}/summary`, query: { ...filter }, signal }),
    preview: (choice, options) => send({ ...choice, dry_run: true }, options),
    replay: send,
  }
}
