import type { TenantReads } from '../../ports/tenants.ts'
import type { Driver } from '../driver/driver.ts'
import { readApiKey } from '../rows/api-key-row.ts'
import { plainBytes } from '../rows/column.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { readSigningSecrets } from '../rows/signing-secret-row.ts'
import { parseTenant } from '../rows/tenant-row.ts'
import { found } from './found.ts'

/** The port's reads of tenants, API keys and signing secrets, over the rows of a driver; `encryptor` opens the secrets. */
export function tenantReads(driver: Driver, encryptor: Encryptor): TenantReads {
  return {
    find: (id) => found(driver.read('tenant', id), parseTenant),
    async list(query) {
      const { rows, next } = await driver.scan('listTenants', query)
      return { rows: rows.map(parseTenant), next }
    },
    active: (since, limit) => driver.scan('activeTenants', since, limit),
    countJobs: (tenantId, status, cap) => driver.read('countJobs', tenantId, status, cap),
    idempotencyKey: (tenantId, key) =>
      found(driver.read('idempotencyKey', tenantId, key), (row) => ({ bodyHash: plainBytes(row.body_hash), jobId: row.job_id })),
    apiKey: (id) => found(driver.read('apiKey', id), readApiKey),
    apiKeyByHash: (hash) => found(driver.read('apiKeyByHash', hash), readApiKey),
    hasValidKey: (tenantId, scope, now) => driver.read('hasValidKey', tenantId, scope, now),
    async listApiKeys(tenantId, query) {
      const { rows, next } = await driver.scan('listApiKeys', tenantId, query)
      return { rows: rows.map(readApiKey), next }
    },
    signingSecrets: async (tenantId, endpointId, now) =>
      readSigningSecrets(await driver.read('signingSecrets', tenantId, endpointId, now), encryptor),
  }
}
