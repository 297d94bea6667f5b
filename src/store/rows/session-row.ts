/** A row of `sessions` and the domain's session. */
import type { Session } from '../../domain/session.ts'
import { SCOPES } from '../../domain/tenant.ts'
import type { SessionRow } from '../tables/sessions.ts'
import { CorruptRow, isWhole, listOf, plainBytes } from './column.ts'

/** The database gives `seq`. */
export function sessionRow(session: Session): Omit<SessionRow, 'seq'> {
  return {
    id_hash: session.idHash,
    key_id: session.keyId,
    created_at: session.createdAt,
    expires_at: session.expiresAt,
    tenant_id: session.tenantId,
    scopes: JSON.stringify(session.scopes),
    origin: session.origin,
  }
}

/** The session; one whose row does not hold what it must is over, and may do nothing. */
export function readSession(row: SessionRow): Session {
  try {
    return parseSession(row)
  } catch {
    const { id_hash: idHash, key_id: keyId, tenant_id: tenantId } = row
    return { idHash: plainBytes(idHash), keyId, createdAt: 0, expiresAt: 0, tenantId, scopes: [], origin: 'portal' }
  }
}

function parseSession(row: SessionRow): Session {
  for (const column of ['created_at', 'expires_at'] as const) if (!isWhole(row[column])) throw new CorruptRow('a session', column)
  return {
    idHash: plainBytes(row.id_hash),
    keyId: row.key_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    tenantId: row.tenant_id,
    scopes: listOf(row.scopes, SCOPES, 'a session', 'scopes'),
    origin: row.origin === 'login' ? 'login' : 'portal',
  }
}
