/**
 * Every table of the SQLite store. `npx drizzle-kit generate` writes the migrations in `drizzle/sqlite` from it; the
 * statements are plain SQL in the files beside it and take their row types from here. Keys are the column names.
 *
 * - `seq` is creation order and the key other tables use; `id` is what the outside sees.
 * - Times are milliseconds since the epoch, booleans 0 or 1, JSON is text.
 * - The job row is rewritten at every step, so the bytes of payload and result live apart from it.
 * - No foreign keys: purge removes what hangs on a job in one change, and each check would cost every insert a look-up.
 * - Partial indexes keep finished rows, soon nearly all, out of the way of the queue.
 */
import { sql } from 'drizzle-orm'
import { blob, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

const seq = () => integer().primaryKey()
const time = () => integer()
const bytes = () => blob({ mode: 'buffer' })

export const tenants = sqliteTable('tenants', {
  seq: seq(),
  id: text().notNull().unique(),
  name: text().notNull(),
  limits: text().notNull(),
  created_at: time().notNull(),
  version: integer().notNull(),
})

export const api_keys = sqliteTable(
  'api_keys',
  {
    seq: seq(),
    id: text().notNull().unique(),
    tenant_id: text().notNull(),
    name: text(),
    hash: bytes().notNull().unique(),
    prefix: text().notNull(),
    scopes: text().notNull(),
    created_at: time().notNull(),
    expires_at: time(),
    revoked_at: time(),
  },
  (table) => [index('api_keys_tenant').on(table.tenant_id)],
)

export const signing_secrets = sqliteTable(
  'signing_secrets',
  {
    seq: seq(),
    id: text().notNull().unique(),
    tenant_id: text().notNull(),
    endpoint_id: text(),
    /** By the encryptor. */
    sealed: text().notNull(),
    created_at: time().notNull(),
    expires_at: time(),
  },
  (table) => [index('signing_secrets_owner').on(table.tenant_id, table.endpoint_id)],
)

export const jobs = sqliteTable(
  'jobs',
  {
    seq: seq(),
    id: text().notNull().unique(),
    tenant_id: text().notNull(),
    type: text().notNull(),
    status: text({ enum: ['pending', 'running', 'completed', 'failed', 'canceled'] }).notNull(),
    priority: integer().notNull(),
    tags: text().notNull(),
    metadata: text().notNull(),
    callback_url: text(),
    callback_events: text(),
    /** JSON by the encryptor; null without headers. */
    callback_headers: text(),
    traceparent: text(),
    created_at: time().notNull(),
    run_at: time(),
    timeout_ms: integer().notNull(),
    max_attempts: integer().notNull(),
    attempt: integer().notNull(),
    started_at: time(),
    cancel_requested: integer().notNull(),
    due_at: time(),
    /** Since when it waits for an upstream that answers nothing. */
    waiting_since: time(),
    lease: text(),
    attempt_started_at: time(),
    finished_at: time(),
    error: text(),
    result_kind: text({ enum: ['json', 'content', 'location'] }),
    result_size: integer(),
    result_content_type: text(),
    result_filename: text(),
    result_url: text(),
    progress: text(),
    progress_revision: integer().notNull(),
    settled_at: time(),
    /** The job this one does once more, and the newest job that does this one once more. */
    rerun_of: text(),
    rerun_id: text(),
    version: integer().notNull(),
  },
  (table) => [
    index('jobs_tenant').on(table.tenant_id),
    index('jobs_open').on(table.tenant_id, table.status).where(sql`status IN ('pending', 'running')`),
    index('jobs_ended_badly').on(table.tenant_id, table.status).where(sql`status IN ('failed', 'canceled')`),
    /** The queue, by groups of one priority and type: see `claims.ts`. Holds records held in memory too, for the queue position. */
    index('jobs_queue').on(table.tenant_id, table.priority, table.type, table.due_at).where(sql`status = 'pending'`),
    /** When a lane is due next; no record held in memory ever enters it. */
    index('jobs_due').on(table.tenant_id, table.due_at).where(sql`status = 'pending' AND lease IS NULL`),
    index('jobs_waiting').on(table.tenant_id, table.type, table.waiting_since).where(sql`status = 'pending' AND waiting_since IS NOT NULL`),
    index('jobs_leased').on(table.lease).where(sql`lease IS NOT NULL`),
    index('jobs_settled').on(table.settled_at).where(sql`settled_at IS NOT NULL`),
  ],
)

export const payloads = sqliteTable('payloads', { job_seq: seq(), bytes: bytes().notNull() })

export const results = sqliteTable('results', { job_seq: seq(), bytes: bytes().notNull() })

export const idempotency_keys = sqliteTable(
  'idempotency_keys',
  {
    tenant_id: text().notNull(),
    key: text().notNull(),
    body_hash: bytes().notNull(),
    job_id: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant_id, table.key] }), index('idempotency_keys_job').on(table.job_id)],
)

/** What stays of a purged job until `gone_until`. */
export const tombstones = sqliteTable(
  'tombstones',
  {
    job_id: text().primaryKey(),
    tenant_id: text().notNull(),
    gone_until: time().notNull(),
  },
  (table) => [index('tombstones_gone').on(table.gone_until)],
)

/** The feed. `seq` is given inside the write transaction and never reused, so nothing appears behind a reader's cursor. */
export const events = sqliteTable(
  'events',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    tenant_id: text().notNull(),
    type: text().notNull(),
    job_id: text(),
    body: bytes().notNull(),
    created_at: time().notNull(),
  },
  (table) => [
    index('events_tenant').on(table.tenant_id),
    index('events_job').on(table.job_id),
    index('events_jobless').on(table.created_at).where(sql`job_id IS NULL`),
  ],
)

export const deliveries = sqliteTable(
  'deliveries',
  {
    seq: seq(),
    id: text().notNull().unique(),
    tenant_id: text().notNull(),
    event_id: text().notNull(),
    event_type: text().notNull(),
    /** Null for an event about an endpoint. */
    job_id: text(),
    job_type: text(),
    endpoint_id: text(),
    url: text().notNull(),
    destination: text().notNull(),
    status: text({ enum: ['pending', 'sending', 'delivered', 'dead', 'canceled'] }).notNull(),
    reason: text(),
    created_at: time().notNull(),
    due_at: time(),
    attempts: integer().notNull(),
    tries: integer().notNull(),
    give_up_at: time().notNull(),
    last_status: integer(),
    last_error: text(),
    finished_at: time(),
    lease: text(),
    version: integer().notNull(),
  },
  (table) => [
    index('deliveries_tenant').on(table.tenant_id),
    index('deliveries_job').on(table.job_id),
    index('deliveries_open').on(table.tenant_id).where(sql`status IN ('pending', 'sending')`),
    index('deliveries_ended_badly').on(table.tenant_id, table.status).where(sql`status IN ('dead', 'canceled')`),
    index('deliveries_due').on(table.destination, table.due_at).where(sql`status = 'pending' AND lease IS NULL`),
    /** What is in flight to a destination, in all processes. */
    index('deliveries_sending').on(table.destination).where(sql`status = 'sending'`),
    index('deliveries_leased').on(table.lease).where(sql`lease IS NOT NULL`),
    index('deliveries_endpoint').on(table.endpoint_id).where(sql`endpoint_id IS NOT NULL AND status = 'pending' AND lease IS NULL`),
    index('deliveries_jobless').on(table.event_id).where(sql`job_id IS NULL`),
  ],
)

export const attempts = sqliteTable(
  'attempts',
  {
    seq: seq(),
    delivery_id: text().notNull(),
    n: integer().notNull(),
    at: time().notNull(),
    ms: integer().notNull(),
    status: integer(),
    error: text(),
    error_cause: text(),
    /** JSON; null in rows of a version that did not keep it. */
    sent: text(),
    response_headers: text().notNull(),
    response_body: bytes().notNull(),
  },
  (table) => [uniqueIndex('attempts_n').on(table.delivery_id, table.n)],
)

/** A lane of deliveries with its limit and breaker. */
export const destinations = sqliteTable(
  'destinations',
  {
    id: text().primaryKey(),
    tenant_id: text().notNull(),
    origin: text().notNull(),
    /** A fraction while it grows. */
    in_flight_limit: real().notNull(),
    failures: integer().notNull(),
    open_until: time(),
    open_since: time(),
    shrunk_at: time(),
    changed_at: time().notNull(),
    version: integer().notNull(),
  },
  (table) => [
    index('destinations_tenant').on(table.tenant_id),
    index('destinations_changed').on(table.changed_at),
    index('destinations_open').on(table.open_until).where(sql`open_until IS NOT NULL`),
  ],
)

export const endpoints = sqliteTable(
  'endpoints',
  {
    seq: seq(),
    id: text().notNull().unique(),
    tenant_id: text().notNull(),
    url: text().notNull(),
    events: text().notNull(),
    description: text(),
    /** JSON by the encryptor; null without headers. */
    headers: text(),
    status: text({ enum: ['enabled', 'disabled'] }).notNull(),
    disabled_reason: text(),
    failing_since: time(),
    created_at: time().notNull(),
    version: integer().notNull(),
  },
  (table) => [index('endpoints_tenant').on(table.tenant_id)],
)

export const workers = sqliteTable('workers', {
  id: text().primaryKey(),
  started_at: time().notNull(),
  renewed_at: time().notNull(),
  /** What it said of itself at its last beat. */
  card: text().notNull().default('{}'),
})

/** Facts about this database: the encryptor's check value, when it was opened last. */
export const meta = sqliteTable('meta', { key: text().primaryKey(), value: text().notNull() })
