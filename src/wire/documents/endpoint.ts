/** The endpoint document: answered to its owner and frozen into the events about it. */
import type { Endpoint } from '../../domain/endpoint.ts'
import { timestamp } from './timestamp.ts'

/** Values of custom headers are often credentials: they are write-only, so only their names are shown. Never has the secret. */
export function endpointDocument(endpoint: Endpoint) {
  return {
    id: endpoint.id,
    url: endpoint.url,
    events: endpoint.events,
    description: endpoint.description,
    header_names: Object.keys(endpoint.headers),
    status: endpoint.status,
    disabled_reason: endpoint.status === 'disabled' ? endpoint.disabledReason : null,
    failing_since: timestamp(endpoint.failingSince),
    created_at: timestamp(endpoint.createdAt),
  }
}
