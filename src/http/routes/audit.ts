/** GET /v1/audit */
import { auditDocument } from '../../wire/documents/audit.ts'
import { AuditEntry, ListAudit } from '../../wire/schemas/audit.ts'
import { listRoute } from '../kit/list-route.ts'
import { listedTenant, shownTenant } from '../kit/page.ts'

/** The audit log. */
export const auditRoute = listRoute({
  path: '/v1/audit',
  operationId: 'listAudit',
  summary: 'Who changed what, newest first: every deed but the submits, whose jobs tell of them',
  tag: 'Service',
  scope: 'admin:read',
  list: 'audit',
  noun: 'deeds',
  query: ListAudit,
  item: AuditEntry,
  owner: ({ caller, query }) => (query.tenant === undefined ? null : listedTenant(caller, query.tenant)),
  page: (page, { context }) => context.store.audit.list(page),
  document: (entry, { query }) => JSON.stringify({ ...auditDocument(entry), ...shownTenant(query.tenant, entry.actor.tenantId) }),
})
