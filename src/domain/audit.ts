/** The audit log: who did what. It holds no secret and no query of a URL. */

/** By which way a deed came. */
export const AUDIT_WAYS = ['api', 'dashboard', 'cli'] as const
/** One of `AUDIT_WAYS`. */
export type AuditWay = (typeof AUDIT_WAYS)[number]

/** Who did it. */
export interface Actor {
  /** Null: the operator's ADMIN_API_KEY, which has no id. */
  keyId: string | null
  tenantId: string
  via: AuditWay
}

/** One deed. */
export interface AuditEntry {
  id: string
  /** Milliseconds since the epoch. */
  at: number
  actor: Actor
  action: string
  /** The id, or the name, of what it was done to; null for a deed that chose its records by a filter. */
  target: string | null
  /** What chose the records. */
  filter: Readonly<Record<string, unknown>> | null
  /** Records it changed. */
  count: number
  requestId: string | null
}
