import type { AuditStatement } from '../../steps/audit.ts'
import { audit } from '../../tables/audit.ts'
import { insertInto } from '../../tables/sql-text.ts'
import { guarded, plain, type WriteStatement } from './statement.ts'

/** The text of every write of the audit log. */
export const AUDIT_STATEMENTS: Readonly<Record<AuditStatement, WriteStatement>> = {
  recordDeed: plain(`${insertInto(audit)} ON CONFLICT (id) DO UPDATE SET count = audit.count + excluded.count`, ['audit', 'id']),
  purgeAudit: guarded(`
    DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE created_at <= @before ORDER BY created_at LIMIT @limit)`),
}
