/** `client.endpoints`: the routes below `/v1/endpoints`. */
import type {
  CreateEndpoint,
  EndpointDocument,
  EndpointTest,
  NewEndpoint,
  RotatedSecret,
  RotateSecret,
  UpdateEndpoint,
} from '../documents/endpoint.ts'
import { type CallOptions, type Listing, listing, type PageOptions } from '../transport/listing.ts'
import type { Transport } from '../transport/transport.ts'

const PATH = '/v1/endpoints'

/** What can be done with registered endpoints. */
export interface EndpointsApi {
  /** The answer has the secret, shown this once. */
  create(endpoint: CreateEndpoint, options?: CallOptions): Promise<NewEndpoint>
  /** Newest first. */
  list(query?: PageOptions, options?: CallOptions): Listing<EndpointDocument>
  get(id: string, options?: CallOptions): Promise<EndpointDocument>
  update(id: string, change: UpdateEndpoint, options?: CallOptions): Promise<EndpointDocument>
  delete(id: string, options?: CallOptions): Promise<void>
  /** The answer has the new secret, shown this once. */
  rotateSecret(id: string, rotation?: RotateSecret, options?: CallOptions): Promise<RotatedSecret>
  /** Sends a test event and waits for what comes of it. */
  test(id: string, options?: CallOptions): Promise<EndpointTest>
}

/** The endpoints of a service. */
export function createEndpoints(transport: Transport): EndpointsApi {
  return {
    create: (endpoint, { signal } = {}) => transport.json({ method: 'POST', path: PATH, body: JSON.stringify(endpoint), signal }),
    list: (query = {}, options) => listing(transport, PATH, { ...query }, options),
    get: (id, { signal } = {}) => transport.json({ method: 'GET', path: one(id), signal }),
    update: (id, change, { signal } = {}) => transport.json({ method: 'PATCH', path: one(id), body: JSON.stringify(change), signal }),
    delete: (id, { signal } = {}) => transport.json({ method: 'DELETE', path: one(id), signal }),
    rotateSecret: (id, rotation = {}, { signal } = {}) =>
      transport.json({ method: 'POST', path: `${one(id)}/rotate-secret`, body: JSON.stringify(rotation), signal }),
    test: (id, { signal } = {}) => transport.json({ method: 'POST', path: `${one(id)}/test`, signal }),
  }
}

function one(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`
}
