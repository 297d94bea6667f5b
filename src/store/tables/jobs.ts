import { column, index, key, nullable, oneOf, type RowOf, table, unique } from './column.ts'

/** A job's row is rewritten at every step, so the bytes of payload and result lie in tables of their own. */
export const jobs = table(
  'jobs',
  {
    seq: column('sequence'),
    id: unique(column('text')),
    tenant_id: column('text'),
    type: column('text'),
    status: oneOf<'pending' | 'running' | 'completed' | 'failed' | 'canceled'>(),
    priority: column('integer'),
    tags: column('text'),
    metadata: column('text'),
    callback_url: nullable(column('text')),
    callback_events: nullable(column('text')),
    /** JSON, encrypted; null without headers. */
    callback_headers: nullable(column('text')),
    traceparent: nullable(column('text')),
    created_at: column('time'),
    run_at: nullable(column('time')),
    timeout_ms: column('integer'),
    max_attempts: column('integer'),
    attempt: column('integer'),
    started_at: nullable(column('time')),
    cancel_requested: column('flag'),
    due_at: nullable(column('time')),
    /** Since when it waits for an upstream that answers nothing. */
    waiting_since: nullable(column('time')),
    lease: nullable(column('text')),
    attempt_started_at: nullable(column('time')),
    finished_at: nullable(column('time')),
    error: nullable(column('text')),
    result_kind: nullable(oneOf<'json' | 'content' | 'location'>()),
    result_size: nullable(column('integer')),
    result_content_type: nullable(column('text')),
    result_filename: nullable(column('text')),
    result_url: nullable(column('text')),
    progress: nullable(column('text')),
    progress_revision: column('integer'),
    settled_at: nullable(column('time')),
    /** The job this one does once more, and the newest job that does this one once more. */
    rerun_of: nullable(column('text')),
    rerun_id: nullable(column('text')),
    group_name: nullable(column('text')),
    /** When an event said that it is overdue. */
    stuck_at: nullable(column('time')),
    version: column('integer'),
  },
  [
    index('jobs_tenant', ['tenant_id']),
    index('jobs_open', ['tenant_id', 'status'], `status IN ('pending', 'running')`),
    index('jobs_ended_badly', ['tenant_id', 'status'], `status IN ('failed', 'canceled')`),
    /** What failed lately, of all tenants. */
    index('jobs_failed', ['created_at'], `status = 'failed'`),
    /** The queue, by groups of one priority and type. Holds records under a lease as well, for the queue position. */
    index('jobs_queue', ['tenant_id', 'priority', 'type', 'due_at'], `status = 'pending'`),
    /** When a lane is due next; a record under a lease never enters it. */
    index('jobs_due', ['tenant_id', 'due_at'], `status = 'pending' AND lease IS NULL`),
    index('jobs_waiting', ['tenant_id', 'type', 'waiting_since'], `status = 'pending' AND waiting_since IS NOT NULL`),
    index('jobs_leased', ['lease'], 'lease IS NOT NULL'),
    index('jobs_group', ['tenant_id', 'group_name', 'status'], `group_name IS NOT NULL AND status IN ('pending', 'running')`),
    index('jobs_settled', ['settled_at'], 'settled_at IS NOT NULL'),
  ],
)

/** The payloads of jobs, apart because most reads of a job do not need them. */
export const payloads = table('payloads', { job_seq: column('sequence'), bytes: column('bytes') })

/** The results of jobs that are stored, apart for the same reason. */
export const results = table('results', { job_seq: column('sequence'), bytes: column('bytes') })

/** Keys of submits and the jobs they made. */
export const idempotency_keys = table(
  'idempotency_keys',
  {
    tenant_id: column('text'),
    key: column('text'),
    body_hash: column('bytes'),
    job_id: column('text'),
  },
  [index('idempotency_keys_job', ['job_id'])],
  ['tenant_id', 'key'],
)

/** What stays of a purged job until `gone_until`. */
export const tombstones = table(
  'tombstones',
  {
    job_id: key(column('text')),
    tenant_id: column('text'),
    gone_until: column('time'),
  },
  [index('tombstones_gone', ['gone_until'])],
)

/** A row of `jobs`. */
export type JobRow = RowOf<typeof jobs>
