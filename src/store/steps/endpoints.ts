/** The writes of endpoints as steps. */
import type { Endpoint } from '../../domain/endpoint.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { endpointChanges, endpointRow } from '../rows/endpoint-row.ts'
import type { Step } from './step.ts'

export type EndpointStatement = 'insertEndpoint' | 'updateEndpoint' | 'deleteEndpoint' | 'deleteEndpointSecrets'

type EndpointStep = Step<EndpointStatement>

export function insertEndpoint(endpoint: Endpoint, encryptor: Encryptor): EndpointStep[] {
  return [{ statement: 'insertEndpoint', params: endpointRow(endpoint, encryptor) }]
}

export function updateEndpoint(endpoint: Endpoint, encryptor: Encryptor): EndpointStep[] {
  const params = { ...endpointChanges(endpoint, encryptor), id: endpoint.id, version_before: endpoint.version - 1 }
  return [{ statement: 'updateEndpoint', params }]
}

export function deleteEndpoint({ id, tenantId }: Endpoint): EndpointStep[] {
  return [
    { statement: 'deleteEndpoint', params: { id } },
    { statement: 'deleteEndpointSecrets', params: { tenant_id: tenantId, endpoint_id: id } },
  ]
}
