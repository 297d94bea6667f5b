/** A database with millions of finished jobs: some laid by the domain's own steps, then copied by SQL with ids of their own. */
import Database from 'better-sqlite3'
import { layDeadLetters } from '../../fault/harness/dead-backlog.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'

/** Laid one by one; all others are copies of them. */
const ORIGINALS = 1_000
/** One callback in so many is a dead letter, the others were delivered. */
const DEAD_EVERY = 4
const NOWHERE = 'http://127.0.0.1:9/'
/** Copies between two commits, so that the log of the database stays small. */
const COPIES_A_COMMIT = 20
/** What stands of an id in its copies: its kind, its time and a part of its random digits. The rest is the number of the copy. */
const ID = (column: string) =>
  `CASE WHEN ${column} IS NULL THEN NULL ELSE substr(${column}, 1, 20) || printf('%08x', @copy) || substr(${column}, 29) END`

/** Tables with a number of their own; columns that name a record. */
const TABLES: Record<string, string[]> = {
  jobs: ['id'],
  events: ['id', 'job_id'],
  deliveries: ['id', 'event_id', 'job_id'],
  attempts: ['delivery_id'],
}
/** Tables numbered by the job. */
const OF_A_JOB = ['payloads', 'results']

/**
 * Lays `count` finished jobs, each with payload, result, event, one callback and its attempt, into a fresh data folder. `count` is
 * rounded up to a thousand. One callback in four is dead.
 */
export async function layFinished(dataDir: string, count: number): Promise<void> {
  await layDeadLetters(dataDir, NOWHERE, ORIGINALS, Number.POSITIVE_INFINITY)
  const db = new Database(databasePath(dataDir))
  db.pragma('synchronous = OFF')
  db.exec(`UPDATE deliveries SET status = 'delivered', reason = NULL, last_status = 204 WHERE seq % ${DEAD_EVERY} > 0`)
  const statements = [
    ...Object.entries(TABLES).map(([name, ids]) => copyOf(db, name, 'seq', ids)),
    ...OF_A_JOB.map((name) => copyOf(db, name, 'job_seq', [])),
  ].map((sql) => db.prepare(sql))
  const copies = Math.ceil(count / ORIGINALS)
  for (let copy = 1; copy < copies; ) {
    db.transaction(() => {
      for (const end = Math.min(copies, copy + COPIES_A_COMMIT); copy < end; copy += 1) {
        for (const statement of statements) statement.run({ copy, offset: copy * ORIGINALS, originals: ORIGINALS })
      }
    })()
  }
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

function copyOf(db: Database.Database, table: string, number: string, ids: readonly string[]): string {
  const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  const values = columns.map((name) => (name === number ? `${name} + @offset` : ids.includes(name) ? ID(name) : name))
  return `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM ${table} WHERE ${number} <= @originals`
}
