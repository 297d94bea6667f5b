import { column, index, nullable, oneOf, type RowOf, table, unique } from './column.ts'

/** Registered endpoints. */
export const endpoints = table(
  'endpoints',
  {
    seq: column('sequence'),
    id: unique(column('text')),
    tenant_id: column('text'),
    url: column('text'),
    events: column('text'),
    description: nullable(column('text')),
    /** JSON, encrypted; null without headers. */
    headers: nullable(column('text')),
    status: oneOf<'enabled' | 'disabled'>(),
    disabled_reason: nullable(column('text')),
    failing_since: nullable(column('time')),
    created_at: column('time'),
    version: column('integer'),
  },
  [index('endpoints_tenant', ['tenant_id'])],
)

/** A row of `endpoints`. */
export type EndpointRow = RowOf<typeof endpoints>
