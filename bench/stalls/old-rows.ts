/** Rows past their retention: laid before a service starts, counted while it purges them. */
import Database from 'better-sqlite3'
import { layDeadLetters } from '../../fault/harness/dead-backlog.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'

/** Rows of one such job: it, its payload, result, event, delivery and attempt. */
const ROWS_PER_JOB = 6
const NOWHERE = 'http://127.0.0.1:9/'
const AGE_MS = 3600_000

/** How far a purge is. */
export interface OldRows {
  /** Rows not purged yet. */
  left(): number
  close(): void
}

/** Lays at least so many rows, an hour old, into a fresh data folder. */
export async function layOldRows(dataDir: string, rows: number): Promise<void> {
  await layDeadLetters(dataDir, NOWHERE, Math.ceil(rows / ROWS_PER_JOB), Number.POSITIVE_INFINITY, Date.now() - AGE_MS)
}

/** Watches them from outside the service. */
export function watchOldRows(dataDir: string): OldRows {
  const db = new Database(databasePath(dataDir), { readonly: true })
  const count = db.prepare<[number], number>('SELECT count(*) FROM jobs WHERE settled_at <= ?').pluck()
  const newest = Date.now() - AGE_MS / 2
  return { left: () => (count.get(newest) ?? 0) * ROWS_PER_JOB, close: () => db.close() }
}
