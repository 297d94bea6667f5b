import { column, index, key, nullable, type RowOf, table } from './column.ts'

/** A lane of deliveries with its limit and breaker. */
export const destinations = table(
  'destinations',
  {
    id: key(column('text')),
    tenant_id: column('text'),
    origin: column('text'),
    /** A fraction while it grows. */
    in_flight_limit: column('real'),
    failures: column('integer'),
    open_until: nullable(column('time')),
    open_since: nullable(column('time')),
    shrunk_at: nullable(column('time')),
    changed_at: column('time'),
    version: column('integer'),
  },
  [
    index('destinations_tenant', ['tenant_id']),
    index('destinations_changed', ['changed_at']),
    index('destinations_open', ['open_until'], 'open_until IS NOT NULL'),
  ],
)

/** A row of `destinations`. */
export type DestinationRow = RowOf<typeof destinations>
