import type { TenantStatement } from '../../steps/tenants.ts'
import { assignments, insertInto } from '../../tables/sql-text.ts'
import { api_keys, signing_secrets, tenants } from '../../tables/tenants.ts'
import { guarded, plain, type WriteStatement } from './statement.ts'

/** The text of every write of a tenant, a key or a signing secret. */
export const TENANT_STATEMENTS: Readonly<Record<TenantStatement, WriteStatement>> = {
  insertTenant: plain(insertInto(tenants)),
  updateTenant: guarded(`UPDATE tenants SET ${assignments(['name', 'limits', 'version'])} WHERE id = @id AND version = @version_before`, [
    'tenants',
    'id',
  ]),
  insertApiKey: plain(insertInto(api_keys)),
  revokeApiKey: guarded('UPDATE api_keys SET revoked_at = @at WHERE id = @id AND revoked_at IS NULL', ['api_keys', 'id']),
  endSessionsOfKey: plain('DELETE FROM sessions WHERE key_id = @key_id'),
  insertSigningSecret: plain(insertInto(signing_secrets)),
  expireSigningSecret: guarded('UPDATE signing_secrets SET expires_at = @expires_at WHERE id = @id AND expires_at IS NULL', [
    'signing_secrets',
    'id',
  ]),
  dropSigningSecrets: plain(
    `DELETE FROM signing_secrets
    WHERE tenant_id = @tenant_id AND endpoint_id IS NOT DISTINCT FROM @endpoint_id AND expires_at <= @now`,
  ),
}
