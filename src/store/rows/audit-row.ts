/** A row of `audit` and the domain's entry. */
import type { AuditEntry } from '../../domain/audit.ts'
import type { AuditRow } from '../tables/audit.ts'
import { jsonObject } from './column.ts'

/** The database gives `seq`. */
export function auditRow({ id, at, actor, action, target, filter, count, requestId }: AuditEntry): Omit<AuditRow, 'seq'> {
  return {
    ...{ id, action, target, count },
    created_at: at,
    key_id: actor.keyId,
    tenant_id: actor.tenantId,
    via: actor.via,
    filter: filter === null ? null : JSON.stringify(filter),
    request_id: requestId,
  }
}

/** The entry; a filter that cannot be read is shown as none. The other columns are not checked. */
export function readAuditEntry(row: AuditRow): AuditEntry {
  const { id, action, target, count } = row
  return {
    ...{ id, action, target },
    at: row.created_at,
    actor: { keyId: row.key_id, tenantId: row.tenant_id, via: row.via },
    filter: readFilter(row),
    count: count ?? 0,
    requestId: row.request_id,
  }
}

function readFilter({ filter, id }: AuditRow): Record<string, unknown> | null {
  try {
    return filter === null ? null : jsonObject(filter, id, 'filter')
  } catch {
    return null
  }
}
