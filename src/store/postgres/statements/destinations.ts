import type { DestinationStatement } from '../../steps/destinations.ts'
import { destinations } from '../../tables/destinations.ts'
import { guarded, insertInto, type WriteStatement } from './statement.ts'

/** The text of every write of a destination. */
export const DESTINATION_STATEMENTS: Readonly<Record<DestinationStatement, WriteStatement>> = {
  /** Version 1 makes the row; a later one needs the version before. */
  putDestination: guarded(
    `${insertInto(destinations)}
    ON CONFLICT (id) DO UPDATE SET
      in_flight_limit = excluded.in_flight_limit, failures = excluded.failures, open_until = excluded.open_until,
      open_since = excluded.open_since, shrunk_at = excluded.shrunk_at, changed_at = excluded.changed_at, version = excluded.version
    WHERE destinations.version = excluded.version - 1`,
    ['destinations', 'id'],
  ),
  purgeDestinations: guarded(`
    DELETE FROM destinations WHERE id IN (SELECT id FROM destinations WHERE changed_at <= @before ORDER BY changed_at LIMIT @limit)`),
}
