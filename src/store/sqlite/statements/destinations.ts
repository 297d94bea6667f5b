import type { DestinationStatement } from '../../steps/destinations.ts'
import { destinations } from '../../tables/destinations.ts'
import { insertInto } from '../../tables/sql-text.ts'
import { guarded, plain, type Statement } from './statement.ts'

/** The text of every write of a destination. */
export const DESTINATION_STATEMENTS: Readonly<Record<DestinationStatement, Statement>> = {
  /** Version 1 makes the row; a later one needs the version before. */
  putDestination: guarded(`
    ${insertInto(destinations)}
    ON CONFLICT (id) DO UPDATE SET
      in_flight_limit = excluded.in_flight_limit, failures = excluded.failures, open_until = excluded.open_until,
      open_since = excluded.open_since, shrunk_at = excluded.shrunk_at, changed_at = excluded.changed_at, version = excluded.version,
      paused_at = excluded.paused_at, paused_until = excluded.paused_until, resumed_at = excluded.resumed_at,
      failing_told_at = excluded.failing_told_at
    WHERE version = excluded.version - 1`),
  lengthenHorizons: plain(`
    UPDATE deliveries INDEXED BY deliveries_due
    SET give_up_at = give_up_at + (@until - max(@since, created_at)), version = version + 1
    WHERE destination = @destination AND status = 'pending' AND lease IS NULL AND created_at < @until`),
  purgeDestinations: guarded(`
    DELETE FROM destinations WHERE id IN (
      SELECT id FROM destinations WHERE changed_at <= @before AND paused_at IS NULL ORDER BY changed_at LIMIT @limit)`),
}
