/** Tenants, their API keys and signing secrets. */

/** The tenant the operator's own keys belong to; it exists from the first start. */
export const DEFAULT_TENANT_ID = 'tnt_default'

/** What an API key may be allowed to do; `admin` is the operator's, `admin:read` their view without changing anything. */
export const SCOPES = ['jobs:write', 'jobs:read', 'callbacks:write', 'callbacks:read', 'admin', 'admin:read'] as const
/** One of `SCOPES`. */
export type Scope = (typeof SCOPES)[number]

/** Ceilings of one tenant; a missing one is no ceiling. */
export interface TenantLimits {
  submits_per_minute?: number | undefined
  pending_jobs?: number | undefined
  running_jobs?: number | undefined
}

/** Who owns jobs, keys, secrets, endpoints and limits. */
export interface Tenant {
  id: string
  name: string
  limits: TenantLimits
  createdAt: number
  version: number
}

/** An API key as it is stored. Times in milliseconds since the epoch. */
export interface ApiKey {
  id: string
  tenantId: string
  name: string | null
  /** SHA-256 of the whole key; the key itself is never stored. */
  hash: Uint8Array
  /** The first characters, enough to recognise a key by. */
  prefix: string
  scopes: readonly Scope[]
  createdAt: number
  expiresAt: number | null
  revokedAt: number | null
}

/** A `whsec_…` secret of a tenant, or of an endpoint. While `expiresAt` is set it is the previous one of a rotation. */
export interface SigningSecret {
  id: string
  tenantId: string
  endpointId: string | null
  secret: string
  createdAt: number
  expiresAt: number | null
}

/** The scopes of the operator, which only keys of the tenant `default` can have. */
export const OPERATOR_SCOPES: readonly Scope[] = ['admin', 'admin:read']

/** What a scope lets its key do besides: the view of everything is also the view of jobs and of callbacks. */
const IMPLIED: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  admin: ['admin:read'],
  'admin:read': ['jobs:read', 'callbacks:read'],
}

/** Whether these scopes allow what asks for `scope`. */
export function allows(scopes: readonly Scope[], scope: Scope): boolean {
  return scopes.some((own) => own === scope || IMPLIED[own]?.includes(scope))
}

/** Whose records may be seen with a key of these scopes; null = every tenant's. */
export function seenTenant(scopes: readonly Scope[], tenantId: string): string | null {
  return allows(scopes, 'admin:read') ? null : tenantId
}

/** Whose records may be changed with a key of these scopes; null = every tenant's. */
export function changeableTenant(scopes: readonly Scope[], tenantId: string): string | null {
  return scopes.includes('admin') ? null : tenantId
}

/** Whether a key may be used now. */
export function isUsable(key: ApiKey, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now)
}
