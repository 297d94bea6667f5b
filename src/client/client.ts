/** The client, put together over one transport. */
import type { AnyJobs } from './documents/job-map.ts'
import { createJobs, type JobsApi } from './jobs/jobs.ts'
import { createKeys, createSecret, createTenants, type KeysApi, type SecretApi, type TenantsApi } from './resources/access.ts'
import { createDeadLetters, type DeadLettersApi } from './resources/dead-letters.ts'
import { createDeliveries, type DeliveriesApi } from './resources/deliveries.ts'
import { createEndpoints, type EndpointsApi } from './resources/endpoints.ts'
import { createEvents, type EventsApi } from './resources/events.ts'
import { type Call, createTransport, type Transport, type TransportOptions } from './transport/transport.ts'

/**
 * A client of one service. `Jobs` maps names of job types to what their `defineJob` returns. Every call rejects with a `RingbackError`
 * when the service refuses it or cannot be reached; only `submit`, `rerun` of one job, `done`, `watch` and the followed feed try again.
 */
export interface Client<Jobs extends object = AnyJobs> {
  readonly jobs: JobsApi<Jobs>
  readonly deliveries: DeliveriesApi
  readonly deadLetters: DeadLettersApi
  readonly endpoints: EndpointsApi
  readonly events: EventsApi<Jobs>
  readonly tenants: TenantsApi
  readonly keys: KeysApi
  readonly secret: SecretApi
  /** Any request of the API, for what has no verb here. Answers of every status come back as they are. */
  request(call: Call): Promise<Response>
}

/** A client with its time handed in. */
export function createClientOver<Jobs extends object = AnyJobs>(options: TransportOptions): Client<Jobs> {
  const transport: Transport = createTransport(options)
  const client: Client = {
    jobs: createJobs(transport),
    deliveries: createDeliveries(transport),
    deadLetters: createDeadLetters(transport),
    endpoints: createEndpoints(transport),
    events: createEvents(transport),
    tenants: createTenants(transport),
    keys: createKeys(transport),
    secret: createSecret(transport),
    request: (call) => transport.open(call),
  }
  // The types of payloads and results are known to the compiler alone.
  return client as unknown as Client<Jobs>
}
