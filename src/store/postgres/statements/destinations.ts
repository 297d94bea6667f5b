import type { DestinationStatement } from '../../steps/destinations.ts'
import { destinations } from '../../tables/destinations.ts'
import { insertInto } from '../../tables/sql-text.ts'
import { LOCK_LANE_PAUSE } from './pause-locks.ts'
import { guarded, plain, statement, type WriteStatement } from './statement.ts'

const WAITED = `destination = @destination AND status = 'pending' AND lease IS NULL AND created_at < @until::bigint`
const UNCHANGED = 'changed_at <= @before AND paused_at IS NULL'

/** In the order in which groups of changes lock deliveries. */
const LOCK_WAITING = statement(`SELECT 1 FROM deliveries WHERE ${WAITED} ORDER BY id FOR NO KEY UPDATE`)

/** The text of every write of a destination. */
export const DESTINATION_STATEMENTS: Readonly<Record<DestinationStatement, WriteStatement>> = {
  /** Version 1 makes the row; a later one needs the version before. */
  putDestination: guarded(
    `${insertInto(destinations)}
    ON CONFLICT (id) DO UPDATE SET
      in_flight_limit = excluded.in_flight_limit, failures = excluded.failures, open_until = excluded.open_until,
      open_since = excluded.open_since, shrunk_at = excluded.shrunk_at, changed_at = excluded.changed_at, version = excluded.version,
      paused_at = excluded.paused_at, paused_until = excluded.paused_until, resumed_at = excluded.resumed_at,
      failing_told_at = excluded.failing_told_at
    WHERE destinations.version = excluded.version - 1`,
    ['destinations', 'id'],
    LOCK_LANE_PAUSE,
  ),
  lengthenHorizons: plain(
    `UPDATE deliveries SET give_up_at = give_up_at + (@until::bigint - greatest(@since::bigint, created_at)), version = version + 1
    WHERE ${WAITED}`,
    ['destinations', 'destination'],
    LOCK_WAITING,
  ),
  purgeDestinations: guarded(`
    DELETE FROM destinations WHERE ${UNCHANGED} AND id IN (
      SELECT id FROM destinations WHERE ${UNCHANGED} ORDER BY changed_at LIMIT @limit)`),
}
