import { ENDPOINT_CHANGES } from '../../rows/endpoint-row.ts'
import type { EndpointStatement } from '../../steps/endpoints.ts'
import { endpoints } from '../../tables/endpoints.ts'
import { assignments, insertInto } from '../../tables/sql-text.ts'
import { guarded, plain, type WriteStatement } from './statement.ts'

const ENDPOINT = ['endpoints', 'id'] as const

/** The text of every write of an endpoint. */
export const ENDPOINT_STATEMENTS: Readonly<Record<EndpointStatement, WriteStatement>> = {
  insertEndpoint: plain(insertInto(endpoints), ENDPOINT),
  updateEndpoint: guarded(`UPDATE endpoints SET ${assignments(ENDPOINT_CHANGES)} WHERE id = @id AND version = @version_before`, ENDPOINT),
  deleteEndpoint: guarded('DELETE FROM endpoints WHERE id = @id', ENDPOINT),
  deleteEndpointSecrets: plain('DELETE FROM signing_secrets WHERE tenant_id = @tenant_id AND endpoint_id = @endpoint_id'),
}
