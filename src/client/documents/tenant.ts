/** Documents of tenants and API keys as they stand on the wire. */

/** What a key may do. */
export type Scope = 'jobs:write' | 'jobs:read' | 'callbacks:write' | 'callbacks:read' | 'admin' | 'admin:read'

/** Ceilings of a tenant; a missing or null one is none. */
export interface TenantLimits {
  submits_per_minute?: number | null | undefined
  pending_jobs?: number | null | undefined
  running_jobs?: number | null | undefined
}

/** The tenant document. */
export interface TenantDocument {
  id: string
  /** In lists with `tenant` only. */
  tenant_id?: string
  name: string
  limits: TenantLimits
  created_at: string
}

/** What a tenant is made of. */
export interface CreateTenant {
  name: string
  limits?: TenantLimits | null | undefined
}

/** What is changed of a tenant; `limits` replaces them as a whole. */
export interface UpdateTenant {
  name?: string | undefined
  limits?: TenantLimits | undefined
}

/** The document of an API key. Never has the key itself. */
export interface ApiKeyDocument {
  id: string
  /** In lists with `tenant` only. */
  tenant_id?: string
  name: string | null
  prefix: string
  scopes: Scope[]
  created_at: string
  expires_at: string | null
  revoked_at: string | null
}

/** A new API key. `key` is shown this once. */
export interface NewApiKey extends ApiKeyDocument {
  key: string
}

/** What an API key is made of. */
export interface CreateApiKey {
  name?: string | null | undefined
  scopes: readonly Scope[]
  expires_at?: string | null | undefined
}

/** What a link to the portal is made of. */
export interface CreatePortalLink {
  /** How long the session lasts that the link opens, at most a day; an hour when absent. */
  expires_in_seconds?: number | undefined
  /** True when absent; false: the session may also replay, retry, cancel and rerun. */
  read_only?: boolean | undefined
}

/** A link that shows a tenant its own jobs and callbacks. It is good once, and shown this once. */
export interface PortalLink {
  url: string
  /** When a session ends that is opened at once. */
  expires_at: string
}
