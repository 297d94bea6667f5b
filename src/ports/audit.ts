import type { AuditEntry } from '../domain/audit.ts'
import type { Page, PageQuery } from './page.ts'

/** Reads of the audit log. */
export interface AuditReads {
  /** Of a tenant's keys, or of all. */
  list(query: PageQuery): Promise<Page<AuditEntry>>
}
