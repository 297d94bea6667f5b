import { JOB_CHANGES } from '../../rows/job-row.ts'
import type { JobStatement } from '../../steps/jobs.ts'
import { jobs } from '../../tables/jobs.ts'
import { assignments, insertInto } from '../../tables/sql-text.ts'
import { guarded, plain, type Statement } from './statement.ts'

/** Null until a job ends, and never again: a write of a job that goes on leaves them, and the indexes over them, alone. */
const COLUMNS_OF_AN_END = /^(?:finished_at|result_.*)$/
const CHANGES_OF_AN_OPEN_JOB = [...JOB_CHANGES.filter((column) => !COLUMNS_OF_AN_END.test(column)), 'attempt_started_at']
const OPEN_DELIVERY = `SELECT 1 FROM deliveries WHERE job_id = @id AND status IN ('pending', 'sending')`
const AT_VERSION_BEFORE = 'id = @id AND version = @version_before'
const AS_HELD = `${AT_VERSION_BEFORE} AND lease IS coalesce(@held_under, lease)`
const SEQ = '(SELECT seq FROM jobs WHERE id = @id)'
const OLDEST_TOMBSTONES = 'SELECT job_id FROM tombstones WHERE gone_until <= @before ORDER BY gone_until, job_id LIMIT @limit'

/** The text of every write of a job and of what belongs to it. */
export const JOB_STATEMENTS: Readonly<Record<JobStatement, Statement>> = {
  insertJob: plain(insertInto(jobs)),
  insertPayload: plain('INSERT INTO payloads (job_seq, bytes) VALUES (last_insert_rowid(), @bytes)'),
  updateJob: guarded(`
    UPDATE jobs SET ${assignments(CHANGES_OF_AN_OPEN_JOB)} WHERE ${AS_HELD}`),
  leaseJob: guarded(`UPDATE jobs SET lease = @lease, version = @version WHERE ${AT_VERSION_BEFORE}`),
  finishJob: guarded(`UPDATE jobs SET ${assignments(JOB_CHANGES)} WHERE ${AS_HELD}`),
  clearProgress: plain('UPDATE jobs SET progress = NULL, progress_revision = progress_revision + 1 WHERE id = @id'),
  insertResult: plain('INSERT INTO results (job_seq, bytes) SELECT seq, @bytes FROM jobs WHERE id = @job_id'),
  updateProgress: guarded(`
    UPDATE jobs SET progress = @progress, progress_revision = progress_revision + 1
    WHERE id = @id AND lease = @lease AND status = 'running'`),
  settleJob: plain(`
    UPDATE jobs SET settled_at = max(coalesce(settled_at, @at), @at)
    WHERE id = @id AND finished_at IS NOT NULL AND NOT EXISTS (${OPEN_DELIVERY})`),
  unsettleJob: plain('UPDATE jobs SET settled_at = NULL WHERE id = @id'),
  markRerun: guarded('UPDATE jobs SET rerun_id = @rerun_id WHERE id = @id'),
  markFirstRerun: guarded('UPDATE jobs SET rerun_id = @rerun_id WHERE id = @id AND rerun_id IS NULL'),
  markStuck: guarded(`UPDATE jobs SET stuck_at = @at WHERE id = @id AND status = 'running' AND stuck_at IS NULL`),
  insertIdempotencyKey: guarded(`
    INSERT INTO idempotency_keys (tenant_id, key, body_hash, job_id) VALUES (@tenant_id, @key, @body_hash, @job_id)
    ON CONFLICT (tenant_id, key) DO NOTHING`),
  buryJob: guarded(`
    INSERT INTO tombstones (job_id, tenant_id, gone_until)
    SELECT id, tenant_id, @gone_until FROM jobs WHERE id = @id AND settled_at <= @settled_before`),
  purgeAttempts: plain('DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE job_id = @id)'),
  purgeDeliveries: plain('DELETE FROM deliveries WHERE job_id = @id'),
  purgeEvents: plain('DELETE FROM events WHERE job_id = @id'),
  purgePayload: plain(`DELETE FROM payloads WHERE job_seq = ${SEQ}`),
  purgeResult: plain(`DELETE FROM results WHERE job_seq = ${SEQ}`),
  purgeJob: plain('DELETE FROM jobs WHERE id = @id'),
  purgeIdempotencyKeys: plain(`DELETE FROM idempotency_keys WHERE job_id IN (${OLDEST_TOMBSTONES})`),
  purgeTombstones: guarded(`DELETE FROM tombstones WHERE job_id IN (${OLDEST_TOMBSTONES})`),
}
