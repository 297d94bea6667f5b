/** The writes of the audit log as steps. */
import type { AuditEntry } from '../../domain/audit.ts'
import type { Write } from '../../ports/change.ts'
import { auditRow } from '../rows/audit-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type AuditStatement = 'recordDeed' | 'purgeAudit'

/** A deed; the same one again counts one record more. */
export function recordDeed(entry: AuditEntry): Step<AuditStatement>[] {
  return [{ statement: 'recordDeed', params: auditRow(entry) }]
}

/** At most `limit` entries of before. */
export function purgeAudit({ before, limit }: Extract<Write, { write: 'purgeAudit' }>): Step<AuditStatement>[] {
  return [{ statement: 'purgeAudit', params: { before, limit } }]
}
