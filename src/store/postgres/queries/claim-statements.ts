/** The statements of claims. Conditions repeat those of the partial indexes. */
import { statement } from '../statements/statement.ts'
import { GROUPS } from './job-groups.ts'

const UNHELD = `status = 'pending' AND lease IS NULL`
/** Names of the locks of lanes, so that they meet no other lock of two numbers. */
const LANE_LOCKS = 21_075

/**
 * Claims of a lane take turns, in all processes: a limit over all of them is counted, and only a count in a later statement than the lock
 * sees what the turn before has taken.
 */
export const LOCK_LANE = statement(`SELECT pg_try_advisory_xact_lock(${LANE_LOCKS}, hashtext(@lane)) AS locked`)

/** When a lane is due next, and without what is due already. */
export const NEXT_JOBS = statement(`
  SELECT
    (SELECT min(due_at) FROM jobs WHERE tenant_id = @lane AND ${UNHELD}) AS next,
    (SELECT min(due_at) FROM jobs WHERE tenant_id = @lane AND due_at > @now AND ${UNHELD}) AS later`)

/** When a lane is due next. */
export const NEXT_DELIVERY = statement(`SELECT min(due_at) AS next FROM deliveries WHERE destination = @lane AND ${UNHELD}`)

/** Of which no run begins. */
export const PAUSED_TYPES = statement('SELECT type FROM job_type_pauses WHERE paused_until > @now')

/** A row: no delivery of the lane is claimed. */
export const PAUSED_LANE = statement('SELECT 1 FROM destinations WHERE id = @lane AND paused_until > @now')

/**
 * The due jobs of each group, but for those of a type that is held back only the ones that were due before their time. `@except` and
 * `@heldBack` are JSON.
 */
const DUE_OF_GROUPS = `
  SELECT due.seq, due.due_at, groups.priority FROM groups
  LEFT JOIN json_to_recordset(@heldBack::json) AS held(type text, "dueBefore" bigint) ON held.type = groups.type
  CROSS JOIN LATERAL (
    SELECT seq, due_at FROM jobs
    WHERE tenant_id = @tenantId AND status = 'pending' AND lease IS NULL AND priority = groups.priority AND type = groups.type
      AND due_at <= coalesce(held."dueBefore", @now::bigint)
    ORDER BY due_at, seq LIMIT @limit) AS due
  WHERE groups.priority > @above::bigint AND groups.type NOT IN (SELECT json_array_elements_text(@except::json))`

/** Of types that are held back: what has lost its patience. */
const IMPATIENT = `
  SELECT due.seq, due.due_at, due.priority
  FROM json_to_recordset(@heldBack::json) AS held(type text, "waitingBefore" bigint)
  CROSS JOIN LATERAL (
    SELECT seq, due_at, priority FROM jobs
    WHERE tenant_id = @tenantId AND type = held.type AND waiting_since <= held."waitingBefore" AND waiting_since IS NOT NULL
      AND due_at <= @now AND priority > @above AND status = 'pending' AND lease IS NULL
    ORDER BY priority DESC, waiting_since LIMIT @limit) AS due
  WHERE held.type NOT IN (SELECT json_array_elements_text(@except::json))`

/** Due jobs of a lane with their payloads, highest priority first, then longest due, locked. What others have locked is passed over. */
export const DUE_JOBS = statement(`
  WITH RECURSIVE ${GROUPS}, chosen AS MATERIALIZED (
    SELECT seq, due_at, priority FROM (${DUE_OF_GROUPS} UNION ${IMPATIENT}) AS found
    ORDER BY priority DESC, due_at, seq LIMIT @limit)
  SELECT jobs.*, payloads.bytes AS payload FROM chosen
  JOIN jobs ON jobs.seq = chosen.seq AND jobs.status = 'pending' AND jobs.lease IS NULL
  LEFT JOIN payloads ON payloads.job_seq = jobs.seq
  ORDER BY chosen.priority DESC, chosen.due_at, chosen.seq
  FOR UPDATE OF jobs SKIP LOCKED`)

/** Due deliveries of a lane with what an attempt sends, longest due first, locked. */
export const DUE_DELIVERIES = statement(`
  WITH chosen AS MATERIALIZED (
    SELECT seq, due_at FROM deliveries WHERE destination = @lane AND due_at <= @now AND ${UNHELD} ORDER BY due_at, seq LIMIT @limit)
  SELECT deliveries.*, events.body AS event_body, jobs.traceparent,
    CASE WHEN deliveries.endpoint_id IS NULL THEN jobs.callback_headers END AS sealed_headers
  FROM chosen
  JOIN deliveries ON deliveries.seq = chosen.seq AND deliveries.status = 'pending' AND deliveries.lease IS NULL
  LEFT JOIN events ON events.id = deliveries.event_id
  LEFT JOIN jobs ON jobs.id = deliveries.job_id
  ORDER BY chosen.due_at, chosen.seq
  FOR UPDATE OF deliveries SKIP LOCKED`)
