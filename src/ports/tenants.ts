import type { ApiKey, Scope, SigningSecret, Tenant } from '../domain/tenant.ts'
import type { Page, PageQuery } from './page.ts'

/** Reads of tenants, their keys and their secrets. */
export interface TenantReads {
  find(id: string): Promise<Tenant | null>
  list(query: PageQuery): Promise<Page<Tenant>>
  /** Tenants created since then, or whose newest job is of since then: at most `limit`. For `default` only jobs count. */
  active(since: number, limit: number): Promise<string[]>
  countJobs(tenantId: string, status: 'pending' | 'running', cap: number): Promise<number>
  idempotencyKey(tenantId: string, key: string): Promise<{ bodyHash: Uint8Array; jobId: string } | null>
  apiKey(id: string): Promise<ApiKey | null>
  apiKeyByHash(hash: Uint8Array): Promise<ApiKey | null>
  /** Whether a key of the tenant has this scope and is, as of `now`, neither revoked nor expired. However many keys there are. */
  hasValidKey(tenantId: string, scope: Scope, now: number): Promise<boolean>
  listApiKeys(tenantId: string, query: PageQuery): Promise<Page<ApiKey>>
  /** Newest first, those still in their overlap included. */
  signingSecrets(tenantId: string, endpointId: string | null, now: number): Promise<SigningSecret[]>
}
