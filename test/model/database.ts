/** The database under the model: the real SQLite store in memory, emptied between runs, and a look at its rows past the store. */
import type Database from 'better-sqlite3'
import type { Store } from '../../src/ports/store.ts'
import { storeOver } from '../../src/store/records/store.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { openInMemory } from '../../src/store/sqlite/file/open-database.ts'
import { inlineDriver } from '../../src/store/sqlite/threads/inline.ts'
import { driverOf } from '../../src/store/sqlite/threads/work.ts'

export interface JobRow {
  id: string
  tenant_id: string
  type: string
  status: 'pending' | 'running' | 'completed' | 'failed' | 'canceled'
  priority: number
  attempt: number
  max_attempts: number
  due_at: number | null
  lease: string | null
  finished_at: number | null
  error: string | null
  cancel_requested: number
  settled_at: number | null
  callback_url: string | null
  callback_events: string | null
  version: number
  payload: Uint8Array
  result: Uint8Array | null
}

export interface DeliveryRow {
  id: string
  job_id: string
  event_id: string
  status: 'pending' | 'sending' | 'delivered' | 'dead' | 'canceled'
  reason: string | null
  due_at: number | null
  attempts: number
  tries: number
  give_up_at: number
  last_status: number | null
  finished_at: number | null
  lease: string | null
  version: number
  /** Of the attempt log. */
  logged: number
  newest_logged: number
}

export interface EventRow {
  id: string
  job_id: string
  type: string
  body: Uint8Array
}

/** Every row that matters at one moment, by id. */
export interface Snapshot {
  jobs: Map<string, JobRow>
  deliveries: Map<string, DeliveryRow>
  events: Map<string, EventRow>
  tombstones: Set<string>
  keys: { tenant_id: string; key: string; job_id: string }[]
}

const SNAPSHOT = {
  jobs: `
    SELECT jobs.*, payloads.bytes AS payload, results.bytes AS result FROM jobs
    JOIN payloads ON payloads.job_seq = jobs.seq LEFT JOIN results ON results.job_seq = jobs.seq ORDER BY jobs.seq`,
  deliveries: `
    SELECT deliveries.*, count(attempts.n) AS logged, coalesce(max(attempts.n), 0) AS newest_logged
    FROM deliveries LEFT JOIN attempts ON attempts.delivery_id = deliveries.id GROUP BY deliveries.id ORDER BY deliveries.seq`,
  events: 'SELECT id, job_id, type, body FROM events ORDER BY seq',
  tombstones: 'SELECT job_id FROM tombstones',
  keys: 'SELECT tenant_id, key, job_id FROM idempotency_keys',
}

export interface ModelDatabase {
  store: Store
  db: Database.Database
  /** Empties every table but the migrations' and the tenant `default`. */
  reset(): void
  snapshot(): Snapshot
  job(id: string): Omit<JobRow, 'payload' | 'result'> | undefined
  delivery(id: string): DeliveryRow | undefined
  event(id: string): EventRow | undefined
  /** The one delivery of an event to its job's own URL. */
  deliveryOf(eventId: string): DeliveryRow | undefined
}

export function openModelDatabase(): ModelDatabase {
  const db = openInMemory(0)
  const store = storeOver(driverOf(inlineDriver(db)), createEncryptor(Buffer.alloc(32, 7)))
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%migrations%'",
    )
    .pluck()
    .all()
  const empty = tables.map((table) => db.prepare(`DELETE FROM "${table}"${table === 'tenants' ? " WHERE name <> 'default'" : ''}`))
  const jobs = db.prepare<[], JobRow>(SNAPSHOT.jobs)
  const deliveries = db.prepare<[], DeliveryRow>(SNAPSHOT.deliveries)
  const events = db.prepare<[], EventRow>(SNAPSHOT.events)
  const tombstones = db.prepare<[], string>(SNAPSHOT.tombstones).pluck()
  const keys = db.prepare<[], Snapshot['keys'][number]>(SNAPSHOT.keys)
  const job = db.prepare<[string], JobRow>('SELECT * FROM jobs WHERE id = ?')
  const delivery = db.prepare<[string], DeliveryRow>('SELECT * FROM deliveries WHERE id = ?')
  const event = db.prepare<[string], EventRow>('SELECT id, job_id, type, body FROM events WHERE id = ?')
  const deliveryOf = db.prepare<[string], DeliveryRow>('SELECT * FROM deliveries WHERE event_id = ?')

  return {
    store,
    db,
    reset() {
      for (const statement of empty) statement.run()
    },
    snapshot: () => ({
      jobs: byId(jobs.all()),
      deliveries: byId(deliveries.all()),
      events: byId(events.all()),
      tombstones: new Set(tombstones.all()),
      keys: keys.all(),
    }),
    job: (id) => job.get(id),
    delivery: (id) => delivery.get(id),
    event: (id) => event.get(id),
    deliveryOf: (eventId) => deliveryOf.get(eventId),
  }
}

function byId<Row extends { id: string }>(rows: Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]))
}
