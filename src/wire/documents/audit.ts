import type { AuditEntry } from '../../domain/audit.ts'
import { timestamp } from './timestamp.ts'

/** The document of a deed. */
export function auditDocument({ id, at, actor, action, target, filter, count, requestId }: AuditEntry) {
  return {
    id,
    at: timestamp(at),
    actor: { key_id: actor.keyId, tenant_id: actor.tenantId, via: actor.via },
    ...{ action, target, filter, count },
    request_id: requestId,
  }
}
