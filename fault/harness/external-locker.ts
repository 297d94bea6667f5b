/**
 * Another program, which opens the service's database file and keeps a lock on it, as a backup tool, a shell or a
 * report of somebody's does. A process of its own, because locks of SQLite belong to processes.
 */
import Database from 'better-sqlite3'
import { answerParent } from '../../bench/child.ts'

export type LockerOrder =
  /** Holds the write lock for `ms` milliseconds from the answer on. */
  | { do: 'lock'; path: string; ms: number }
  /** Reads in one transaction until it is told to leave. */
  | { do: 'read'; path: string }
  | { do: 'leave' }

/** How long it waits itself for a lock, milliseconds. */
const PATIENCE_MS = 10_000

let reading: Database.Database | null = null

answerParent<LockerOrder, object>(async (order) => {
  if (order.do === 'leave') {
    reading?.close()
    reading = null
    return {}
  }
  const db = new Database(order.path, { timeout: PATIENCE_MS, fileMustExist: true })
  if (order.do === 'lock') {
    db.exec('BEGIN IMMEDIATE')
    setTimeout(() => db.close(), order.ms)
    return {}
  }
  db.exec('BEGIN')
  db.prepare('SELECT count(*) FROM meta').get()
  reading = db
  return {}
})
