/** Statements about what waits in lanes and who holds what. */
import { statement } from '../statements/statement.ts'

/** A loose index scan: one seek for each lane, not one step for each record that waits in it. */
function lanes(table: string, lane: string) {
  const waiting = `FROM ${table} WHERE status = 'pending' AND lease IS NULL`
  return statement(`
    WITH RECURSIVE found(lane) AS (
      SELECT min(${lane}) ${waiting}
      UNION ALL
      SELECT (SELECT min(${lane}) ${waiting} AND ${lane} > found.lane) FROM found WHERE found.lane IS NOT NULL
    )
    SELECT lane, (SELECT min(due_at) ${waiting} AND ${lane} = found.lane) AS "dueAt" FROM found WHERE lane IS NOT NULL`)
}

function leasedBy(table: string, held: string) {
  return statement(`
    SELECT * FROM ${table}
    WHERE lease >= @from AND lease < @to AND lease IS NOT NULL AND status IN ('pending', '${held}') LIMIT @limit`)
}

/** A loose index scan as well: one seek for each worker. */
function leaseHolders(table: string) {
  const least = `SELECT min(lease) AS lease FROM ${table} WHERE lease IS NOT NULL`
  return statement(`
    WITH RECURSIVE found(worker) AS (
      SELECT split_part(lease, '.', 1) FROM (${least}) AS first
      UNION ALL
      SELECT (SELECT split_part(lease, '.', 1) FROM (${least} AND lease >= found.worker || '/') AS next)
      FROM found WHERE found.worker IS NOT NULL
    )
    SELECT worker FROM found WHERE worker IS NOT NULL`)
}

/** All of them. */
export const LANE_SCANS = {
  jobLanes: lanes('jobs', 'tenant_id'),
  deliveryLanes: lanes('deliveries', 'destination'),
  leasedJobs: leasedBy('jobs', 'running'),
  leasedDeliveries: leasedBy('deliveries', 'sending'),
  holdersOfJobs: leaseHolders('jobs'),
  holdersOfDeliveries: leaseHolders('deliveries'),
  /** What waits for each destination, counted to `@cap`, and what is being sent. */
  loads: statement(`
    SELECT one.id,
      (SELECT count(*) FROM (
        SELECT 1 FROM deliveries WHERE destination = one.id AND status = 'pending' AND lease IS NULL LIMIT @cap) AS counted) AS waiting,
      (SELECT count(*) FROM deliveries WHERE destination = one.id AND status = 'sending') AS sending
    FROM json_array_elements_text(@ids::json) AS one(id)`),
}
