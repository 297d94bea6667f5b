/** The row of an endpoint, read and written. */
import { DISABLED_REASONS, ENDPOINT_EVENT_TYPES, type Endpoint } from '../../../domain/endpoint.ts'
import { assertNumbers, assertTexts, CorruptRow, listOf, textMap } from '../../rows/column.ts'
import type { Encryptor } from '../../rows/encryption.ts'
import type { endpoints } from './schema.ts'
import { guarded, insertInto, type Param, plain, type Step } from './step.ts'

export type EndpointRow = typeof endpoints.$inferSelect

const FIXED = ['id', 'tenant_id', 'created_at']
const MOVING = ['url', 'events', 'description', 'headers', 'status', 'disabled_reason', 'failing_since', 'version']

export const ENDPOINT_STATEMENTS = {
  insertEndpoint: plain(insertInto('endpoints', [...FIXED, ...MOVING])),
  updateEndpoint: guarded(`UPDATE endpoints SET ${MOVING.map((column) => `${column} = ?`).join(', ')} WHERE id = ? AND version = ? - 1`),
  deleteEndpoint: guarded('DELETE FROM endpoints WHERE id = ?'),
  deleteEndpointSecrets: plain('DELETE FROM signing_secrets WHERE tenant_id = ? AND endpoint_id = ?'),
}

export type EndpointStep = Step<keyof typeof ENDPOINT_STATEMENTS>

export function insertEndpoint(endpoint: Endpoint, encryptor: Encryptor): EndpointStep[] {
  const params = [endpoint.id, endpoint.tenantId, endpoint.createdAt, ...moving(endpoint, encryptor)]
  return [{ statement: 'insertEndpoint', params }]
}

export function updateEndpoint(endpoint: Endpoint, encryptor: Encryptor): EndpointStep[] {
  return [{ statement: 'updateEndpoint', params: [...moving(endpoint, encryptor), endpoint.id, endpoint.version] }]
}

export function deleteEndpoint({ id, tenantId }: Endpoint): EndpointStep[] {
  return [
    { statement: 'deleteEndpoint', params: [id] },
    { statement: 'deleteEndpointSecrets', params: [tenantId, id] },
  ]
}

function moving(endpoint: Endpoint, encryptor: Encryptor): Param[] {
  const headers = Object.keys(endpoint.headers).length > 0 ? JSON.stringify(endpoint.headers) : null
  return [
    endpoint.url,
    JSON.stringify(endpoint.events),
    endpoint.description,
    headers === null ? null : encryptor.seal(headers, headersContext(endpoint.id)),
    endpoint.status,
    endpoint.status === 'disabled' ? endpoint.disabledReason : null,
    endpoint.failingSince,
    endpoint.version,
  ]
}

/** Throws `CorruptRow`, naming the endpoint, when the row does not hold what its status promises. */
export function parseEndpoint(row: EndpointRow, encryptor: Encryptor): Endpoint {
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

/** What an endpoint's sealed headers are bound to. */
function headersContext(endpointId: string): string {
  return `headers of ${endpointId}`
}
