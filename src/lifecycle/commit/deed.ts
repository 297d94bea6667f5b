import type { AuditEntry } from '../../domain/audit.ts'
import type { Change, Write } from '../../ports/change.ts'

/** What somebody does, so that the commit which does it also says so in the audit log. */
export interface Deed {
  /** What the commit of this change writes besides; nothing once the deed is done. */
  writesFor(change: Change): Write[]
  /** A change with these writes is durable. */
  written(): void
}

/** A deed as it is known before it is done. */
export type NewDeed = Omit<AuditEntry, 'count'>

/**
 * One with a filter is done by many commits, each of one record, and its entry counts them; any other is done by its first commit, and
 * what follows from that is no deed.
 */
export function createDeed(deed: NewDeed): Deed {
  let done = false
  return {
    writesFor(change) {
      if (done) return []
      return [{ write: 'recordDeed', entry: { ...deed, target: madeBy(change) ?? deed.target, count: 1 } }]
    },
    written() {
      done = deed.filter === null
    },
  }
}

/** What a verb commits with when somebody does it: the context, with their deed. */
export function withDeed<C extends object>(context: C, deed: Deed | null): C & { deed: Deed | null } {
  return { ...context, deed }
}

/** The id of what is new, which nobody knows before. */
function madeBy(change: Change): string | null {
  for (const write of change) {
    if (write.write === 'insertTenant') return write.tenant.id
    if (write.write === 'insertApiKey') return write.key.id
    if (write.write === 'insertEndpoint') return write.endpoint.id
    if (write.write === 'rotateSigningSecret') return write.secret.endpointId ?? write.secret.tenantId
  }
  return null
}
