/** Every row of a file that nobody writes, for a move to another database. */
import type Database from 'better-sqlite3'
import { messageOf } from '../../../domain/describe-error.ts'
import { CannotOpen } from '../../folder/cannot-open.ts'
import type { AnyRow } from '../../rows/table-digest.ts'
import type { Table } from '../../tables/column.ts'
import { openReader, openWriter } from './open-database.ts'

/** The tables of one moment. */
export interface TableSource {
  /** In the order of insertion. */
  rowsOf(table: Table): Iterable<AnyRow>
  /** The highest number that the table's sequence has given; 0: none. */
  lastOf(table: Table): number
  close(): void
}

/**
 * Opens the file as a start does, which checks it and brings it to this build's schema. The caller holds the data folder. Throws
 * `CannotOpen`.
 *
 * @param keyId of the master key that must have sealed its secrets
 */
export function openTables(path: string, now: number, keyId: string): TableSource {
  openWriter(path, now, keyId).close()
  let db: Database.Database
  try {
    db = openReader(path)
  } catch (error) {
    throw new CannotOpen(`${path} cannot be read: ${messageOf(error)}`, { cause: error })
  }
  db.exec('BEGIN')
  return {
    rowsOf: ({ name, columns }) =>
      db.prepare<[], AnyRow>(`SELECT ${Object.keys(columns).join(', ')} FROM ${name} ORDER BY rowid`).iterate(),
    lastOf({ name }) {
      const highest = db.prepare<[], number | null>(`SELECT max(seq) FROM ${name}`).pluck().get() ?? 0
      const given = db.prepare<[string], number>('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(name) ?? 0
      return Math.max(highest, given)
    },
    close: () => db.close(),
  }
}
