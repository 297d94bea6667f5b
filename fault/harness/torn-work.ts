/**
 * What only half a transaction would leave behind. Each row of a commit implies others of the same commit; a database in which
 * one is missing was torn between two commits that should have been one.
 */
import type Database from 'better-sqlite3'

const ENDED = 'finished_at IS NOT NULL'
const OPEN_DELIVERY = "SELECT 1 FROM deliveries WHERE job_id = jobs.id AND status IN ('pending', 'sending')"

/** Each finds the ids that break a rule, in either dialect. */
const RULES: Record<string, string> = {
  'a job without its payload': 'SELECT id FROM jobs WHERE seq NOT IN (SELECT job_seq FROM payloads)',
  'an idempotency key without its job': `
    SELECT key AS id FROM idempotency_keys
    WHERE job_id NOT IN (SELECT id FROM jobs) AND job_id NOT IN (SELECT job_id FROM tombstones)`,
  'an ended job without its event': `
    SELECT id FROM jobs WHERE ${ENDED}
    AND NOT EXISTS (SELECT 1 FROM events WHERE job_id = jobs.id AND type = 'job.' || jobs.status)`,
  'an ended job without the delivery its callback asks for': `
    SELECT id FROM jobs WHERE ${ENDED}
    AND callback_events LIKE '%"job.' || jobs.status || '"%'
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE job_id = jobs.id AND endpoint_id IS NULL)`,
  'a completed job without its result': `
    SELECT id FROM jobs WHERE status = 'completed' AND result_kind <> 'location' AND seq NOT IN (SELECT job_seq FROM results)`,
  'a result of a job that is not completed': `
    SELECT job_seq AS id FROM results WHERE job_seq NOT IN (SELECT seq FROM jobs WHERE status = 'completed')`,
  'an event of an end that did not come': `
    SELECT id FROM events WHERE job_id IS NOT NULL AND type IN ('job.completed', 'job.failed', 'job.canceled')
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = events.job_id AND 'job.' || status = events.type)`,
  'a delivery without its event': 'SELECT id FROM deliveries WHERE event_id NOT IN (SELECT id FROM events)',
  'a delivery that counts other attempts than are logged': `
    SELECT id FROM deliveries WHERE attempts <> (SELECT coalesce(max(n), 0) FROM attempts WHERE delivery_id = deliveries.id)
    OR attempts <> (SELECT count(*) FROM attempts WHERE delivery_id = deliveries.id)`,
  'a delivered callback that nobody accepted': `
    SELECT id FROM deliveries WHERE status = 'delivered'
    AND NOT EXISTS (SELECT 1 FROM attempts WHERE delivery_id = deliveries.id AND n = deliveries.attempts AND status BETWEEN 200 AND 299)`,
  'a job that is not settled when it should be, or is too early': `
    SELECT id FROM jobs WHERE (settled_at IS NOT NULL) <> (${ENDED} AND NOT EXISTS (${OPEN_DELIVERY}))`,
}

/** Every row out of place, a line each; none = every commit is there whole or not at all. */
export function tornWork(db: Database.Database): string[] {
  return Object.entries(RULES).flatMap(([rule, sql]) => {
    const ids = db.prepare(sql).pluck().all()
    return ids.map((id) => `${rule}: ${id}`)
  })
}

/** The same of a database on PostgreSQL. */
export async function tornWorkIn(ask: (sql: string) => Promise<readonly Record<string, unknown>[]>): Promise<string[]> {
  const found: string[] = []
  for (const [rule, sql] of Object.entries(RULES)) for (const { id } of await ask(sql)) found.push(`${rule}: ${id}`)
  return found
}
