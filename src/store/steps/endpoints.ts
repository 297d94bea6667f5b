/** The writes of endpoints as steps. */
import type { Endpoint } from '../../domain/endpoint.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { endpointChanges, endpointRow } from '../rows/endpoint-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type EndpointStatement = 'insertEndpoint' | 'updateEndpoint' | 'deleteEndpoint' | 'deleteEndpointSecrets'

type EndpointStep = Step<EndpointStatement>

/** A new endpoint, its headers encrypted. */
export function insertEndpoint(endpoint: Endpoint, encryptor: Encryptor): EndpointStep[] {
  return [{ statement: 'insertEndpoint', params: endpointRow(endpoint, encryptor) }]
}

/** Guarded by the version before. */
export function updateEndpoint(endpoint: Endpoint, encryptor: Encryptor): EndpointStep[] {
  const params = { ...endpointChanges(endpoint, encryptor), id: endpoint.id, version_before: endpoint.version - 1 }
  return [{ statement: 'updateEndpoint', params }]
}

/** The endpoint and its signing secrets. */
export function deleteEndpoint({ id, tenantId }: Endpoint): EndpointStep[] {
  return [
    { statement: 'deleteEndpoint', params: { id } },
    { statement: 'deleteEndpointSecrets', params: { tenant_id: tenantId, endpoint_id: id } },
  ]
}
