/** The row of a destination: its limit and breaker, read and written. */
import type { Destination } from '../../../domain/destination.ts'
import type { destinations } from './schema.ts'
import { guarded, type Step } from './step.ts'

export type DestinationRow = typeof destinations.$inferSelect

export const DESTINATION_STATEMENTS = {
  /** Version 1 makes the row; a later one needs the version before. */
  putDestination: guarded(`
    INSERT INTO destinations (id, tenant_id, origin, in_flight_limit, failures, open_until, open_since, shrunk_at, changed_at, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      in_flight_limit = excluded.in_flight_limit, failures = excluded.failures, open_until = excluded.open_until,
      open_since = excluded.open_since, shrunk_at = excluded.shrunk_at, changed_at = excluded.changed_at, version = excluded.version
    WHERE version = excluded.version - 1`),
  purgeDestinations: guarded(`
    DELETE FROM destinations WHERE id IN (SELECT id FROM destinations WHERE changed_at <= ? ORDER BY changed_at LIMIT ?)`),
}

export function putDestination(destination: Destination): Step<keyof typeof DESTINATION_STATEMENTS>[] {
  const { id, tenantId, origin, limit, failures, openUntil, openSince, shrunkAt, changedAt, version } = destination
  const params = [id, tenantId, origin, limit, failures, openUntil, openSince, shrunkAt, changedAt, version]
  return [{ statement: 'putDestination', params }]
}

export function purgeDestinations(before: number, limit: number): Step<keyof typeof DESTINATION_STATEMENTS>[] {
  return [{ statement: 'purgeDestinations', params: [before, limit] }]
}

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
    version: row.version,
  }
}
