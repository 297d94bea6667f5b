/** A row of `destinations` and the domain's destination. */
import type { Destination } from '../../domain/destination.ts'
import type { DestinationRow } from '../tables/destinations.ts'

/** The row of a destination. */
export function destinationRow(destination: Destination): DestinationRow {
  return {
    id: destination.id,
    tenant_id: destination.tenantId,
    origin: destination.origin,
    in_flight_limit: destination.limit,
    failures: destination.failures,
    open_until: destination.openUntil,
    open_since: destination.openSince,
    shrunk_at: destination.shrunkAt,
    changed_at: destination.changedAt,
    paused_at: destination.pausedAt,
    paused_until: destination.pausedUntil,
    resumed_at: destination.resumedAt,
    failing_told_at: destination.failingToldAt,
    version: destination.version,
  }
}

/** The destination of a row. The columns are not checked. */
export function parseDestination(row: DestinationRow): Destination {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    origin: row.origin,
    limit: row.in_flight_limit,
    failures: row.failures,
    openUntil: row.open_until,
    openSince: row.open_since,
    shrunkAt: row.shrunk_at,
    changedAt: row.changed_at,
    pausedAt: row.paused_at,
    pausedUntil: row.paused_until,
    resumedAt: row.resumed_at,
    failingToldAt: row.failing_told_at,
    version: row.version,
  }
}
