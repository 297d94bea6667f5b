/** Who looks at the dashboard, and what they may see and do there. */
import type { Scope } from '../../../domain/tenant.ts'
import type { Reader } from '../../../lifecycle/process/context.ts'
import type { Caller } from '../../kit/auth.ts'

/** What a page or an action asks of its viewer. `callbacks:send` is replay and retry, `callbacks:write` all else that changes callbacks. */
export type Right =
  | 'jobs:read'
  | 'jobs:write'
  | 'callbacks:read'
  | 'callbacks:send'
  | 'callbacks:write'
  | 'endpoints:read'
  | 'operator:read'
  | 'operator:write'

/** The viewer of a page. */
export interface Viewer {
  tenantId: string
  /** The key they came with, or that made their link. Null: the operator's ADMIN_API_KEY. */
  keyId: string | null
  /** What they may see; with the operator's scopes every tenant's records. */
  reader: Reader
  /** What they may change, as far as their rights go. */
  writer: Reader
  rights: ReadonlySet<Right>
  /** Whether they are told what the operator alone is: the original of a handler's error. */
  seesInternal: boolean
}

const RIGHTS: Readonly<Record<Scope, readonly Right[]>> = {
  'jobs:read': ['jobs:read'],
  'jobs:write': ['jobs:write'],
  'callbacks:read': ['callbacks:read', 'endpoints:read'],
  'callbacks:write': ['callbacks:send', 'callbacks:write'],
  admin: ['operator:read', 'operator:write'],
  'admin:read': ['operator:read', 'jobs:read', 'callbacks:read', 'endpoints:read'],
}

/** The viewer that a key makes. */
export function viewerOf({ tenantId, access, scopes }: Pick<Caller, 'tenantId' | 'access' | 'scopes'>): Viewer {
  const rights = new Set(scopes.flatMap((scope) => RIGHTS[scope]))
  const allIf = (right: Right) => ({ tenantId: rights.has(right) ? null : tenantId })
  const isOperator = rights.has('operator:write')
  return {
    tenantId,
    keyId: access.keyId,
    reader: allIf('operator:read'),
    writer: allIf('operator:write'),
    rights,
    seesInternal: isOperator,
  }
}

/** The viewer that a portal link makes: jobs and callbacks of one tenant, and no keys or secrets. */
export function guestOf({ tenantId, keyId, readOnly }: { tenantId: string; keyId: string | null; readOnly: boolean }): Viewer {
  const rights: Right[] = ['jobs:read', 'callbacks:read', ...(readOnly ? [] : (['jobs:write', 'callbacks:send'] as const))]
  return { tenantId, keyId, reader: { tenantId }, writer: { tenantId }, rights: new Set(rights), seesInternal: false }
}
