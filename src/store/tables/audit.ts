import { column, index, nullable, oneOf, type RowOf, table, unique } from './column.ts'

/** Who did what: a row in the commit of each deed. */
export const audit = table(
  'audit',
  {
    seq: column('sequence'),
    id: unique(column('text')),
    created_at: column('time'),
    /** Null: the operator's ADMIN_API_KEY. */
    key_id: nullable(column('text')),
    tenant_id: column('text'),
    via: oneOf<'api' | 'dashboard' | 'cli'>(),
    action: column('text'),
    target: nullable(column('text')),
    /** JSON; null for a deed that chose its records one by one. */
    filter: nullable(column('text')),
    count: nullable(column('integer')),
    request_id: nullable(column('text')),
  },
  [index('audit_tenant', ['tenant_id']), index('audit_created', ['created_at'])],
)

/** A row of `audit`. */
export type AuditRow = RowOf<typeof audit>
