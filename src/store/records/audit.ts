import type { AuditReads } from '../../ports/audit.ts'
import type { Driver } from '../driver/driver.ts'
import { readAuditEntry } from '../rows/audit-row.ts'

/** The port's reads of the audit log, over the rows of a driver. */
export function auditReads(driver: Driver): AuditReads {
  return {
    async list(query) {
      const { rows, next } = await driver.scan('listAudit', query)
      return { rows: rows.map(readAuditEntry), next }
    },
  }
}
