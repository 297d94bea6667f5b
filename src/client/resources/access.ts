/** `client.tenants`, `client.keys` and `client.secret`: who may call, and what callbacks are signed with. */
import type { RotateSecret, SigningSecret } from '../documents/endpoint.ts'
import type {
  ApiKeyDocument,
  CreateApiKey,
  CreatePortalLink,
  CreateTenant,
  NewApiKey,
  PortalLink,
  TenantDocument,
  UpdateTenant,
} from '../documents/tenant.ts'
import { type CallOptions, type Listing, listing, type PageOptions } from '../transport/listing.ts'
import type { Transport } from '../transport/transport.ts'

/** What the operator can do with tenants. */
export interface TenantsApi {
  create(tenant: CreateTenant, options?: CallOptions): Promise<TenantDocument>
  /** Newest first. */
  list(query?: PageOptions, options?: CallOptions): Listing<TenantDocument>
  update(id: string, change: UpdateTenant, options?: CallOptions): Promise<TenantDocument>
  /** A link that shows the tenant its own jobs and callbacks in a browser. */
  portalLink(id: string, link?: CreatePortalLink, options?: CallOptions): Promise<PortalLink>
}

/** What the operator can do with API keys. */
export interface KeysApi {
  /** The answer has the key, shown this once. */
  create(tenantId: string, key: CreateApiKey, options?: CallOptions): Promise<NewApiKey>
  /** Newest first. */
  list(tenantId: string, query?: PageOptions, options?: CallOptions): Listing<ApiKeyDocument>
  revoke(id: string, options?: CallOptions): Promise<void>
}

/** What can be done with the signing secret of the tenant. */
export interface SecretApi {
  get(options?: CallOptions): Promise<SigningSecret>
  /** Both secrets sign for a while, so that receivers can be changed without a gap. */
  rotate(rotation?: RotateSecret, options?: CallOptions): Promise<SigningSecret>
}

/** The tenants of a service. */
export function createTenants(transport: Transport): TenantsApi {
  const path = '/v1/tenants'
  const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`
  return {
    create: (tenant, { signal } = {}) => transport.json({ method: 'POST', path, body: JSON.stringify(tenant), signal }),
    list: (query = {}, options) => listing(transport, path, { ...query }, options),
    update: (id, change, { signal } = {}) => transport.json({ method: 'PATCH', path: pathOf(id), body: JSON.stringify(change), signal }),
    portalLink: (id, link = {}, { signal } = {}) =>
      transport.json({ method: 'POST', path: `${pathOf(id)}/portal-links`, body: JSON.stringify(link), signal }),
  }
}

/** The API keys of a service. */
export function createKeys(transport: Transport): KeysApi {
  const pathOf = (tenantId: string) => `/v1/tenants/${encodeURIComponent(tenantId)}/api-keys`
  return {
    create: (tenantId, key, { signal } = {}) =>
      transport.json({ method: 'POST', path: pathOf(tenantId), body: JSON.stringify(key), signal }),
    list: (tenantId, query = {}, options) => listing(transport, pathOf(tenantId), { ...query }, options),
    revoke: (id, { signal } = {}) => transport.json({ method: 'DELETE', path: `/v1/api-keys/${encodeURIComponent(id)}`, signal }),
  }
}

/** The signing secret of the tenant. */
export function createSecret(transport: Transport): SecretApi {
  const path = '/v1/signing-secret'
  return {
    get: ({ signal } = {}) => transport.json({ method: 'GET', path, signal }),
    rotate: (rotation = {}, { signal } = {}) =>
      transport.json({ method: 'POST', path: `${path}/rotate`, body: JSON.stringify(rotation), signal }),
  }
}
