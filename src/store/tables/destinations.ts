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
    /** While it is paused, and until the deliveries that waited meanwhile have got that time back. */
    paused_at: nullable(column('time')),
    paused_until: nullable(column('time')),
    /** The end of the last pause. */
    resumed_at: nullable(column('time')),
    /** When an event said that it fails; null once another has said that it answers again. */
    failing_told_at: nullable(column('time')),
    version: column('integer'),
  },
  [
    index('destinations_tenant', ['tenant_id']),
    index('destinations_changed', ['changed_at']),
    index('destinations_open', ['open_until'], 'open_until IS NOT NULL'),
    index('destinations_paused', ['paused_until'], 'paused_until IS NOT NULL'),
  ],
)

/** A row of `destinations`. */
export type DestinationRow = RowOf<typeof destinations>
