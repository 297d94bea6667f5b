/** A row of `endpoints` and the domain's endpoint. */
import { DISABLED_REASONS, ENDPOINT_EVENT_TYPES, type Endpoint } from '../../domain/endpoint.ts'
import type { EndpointRow } from '../tables/endpoints.ts'
import { assertNumbers, assertTexts, CorruptRow, listOf, textMap } from './column.ts'
import type { Encryptor } from './encryption.ts'
import { whole, wholeOrNull } from './salvage.ts'

/** The columns that a change of an endpoint writes. The others are written once, when it is inserted. */
export const ENDPOINT_CHANGES = [
  'url',
  'events',
  'description',
  'headers',
  'status',
  'disabled_reason',
  'failing_since',
  'version',
] as const

/** The columns that a change of an endpoint may change. */
export type EndpointChanges = Pick<EndpointRow, (typeof ENDPOINT_CHANGES)[number]>

/** Their values; the headers are encrypted for this endpoint. */
export function endpointChanges(endpoint: Endpoint, encryptor: Encryptor): EndpointChanges {
  const headers = Object.keys(endpoint.headers).length > 0 ? JSON.stringify(endpoint.headers) : null
  return {
    url: endpoint.url,
    events: JSON.stringify(endpoint.events),
    description: endpoint.description,
    headers: headers === null ? null : encryptor.seal(headers, headersContext(endpoint.id)),
    status: endpoint.status,
    disabled_reason: endpoint.status === 'disabled' ? endpoint.disabledReason : null,
    failing_since: endpoint.failingSince,
    version: endpoint.version,
  }
}

/** The whole row of an endpoint that is inserted. The database gives `seq`. */
export function endpointRow(endpoint: Endpoint, encryptor: Encryptor): Omit<EndpointRow, 'seq'> {
  return {
    id: endpoint.id,
    tenant_id: endpoint.tenantId,
    created_at: endpoint.createdAt,
    ...endpointChanges(endpoint, encryptor),
  }
}

/** The endpoint, or what is left of it. */
export function readEndpoint(row: EndpointRow, encryptor: Encryptor): Endpoint {
  try {
    return parseEndpoint(row, encryptor)
  } catch {
    return salvageEndpoint(row)
  }
}

/** An endpoint that gets nothing until its owner sets it anew. */
function salvageEndpoint(row: EndpointRow): Endpoint {
  return {
    id: String(row.id),
    tenantId: String(row.tenant_id),
    url: String(row.url),
    events: [],
    description: row.description === null ? null : String(row.description),
    headers: {},
    failingSince: wholeOrNull(row.failing_since),
    createdAt: whole(row.created_at, 0),
    version: whole(row.version, 0),
    status: 'disabled',
    disabledReason: 'unreadable',
  }
}

/** Throws `CorruptRow`, naming the endpoint, when the row does not hold what its status promises. */
function parseEndpoint(row: EndpointRow, encryptor: Encryptor): Endpoint {
  assertNumbers(row, ['created_at', 'version'], ['failing_since'])
  assertTexts(row, ['tenant_id', 'url'])
  const core = {
    id: row.id,
    tenantId: row.tenant_id,
    url: row.url,
    events: listOf(row.events, ENDPOINT_EVENT_TYPES, row.id, 'events'),
    description: row.description,
    headers: row.headers === null ? {} : textMap(encryptor.open(row.headers, headersContext(row.id)), row.id, 'headers'),
    failingSince: row.failing_since,
    createdAt: row.created_at,
    version: row.version,
  }
  if (row.status === 'enabled') return { ...core, status: row.status }
  const disabledReason = DISABLED_REASONS.find((one) => one === row.disabled_reason)
  if (row.status !== 'disabled' || disabledReason === undefined) throw new CorruptRow(row.id, 'status')
  return { ...core, status: row.status, disabledReason }
}

/** What an endpoint's encrypted headers are bound to. */
function headersContext(endpointId: string): string {
  return `headers of ${endpointId}`
}
