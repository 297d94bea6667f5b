/** Brings a database to the schema of this build. `PRAGMA user_version` counts the migrations it has had. */

import { fileURLToPath } from 'node:url'
import type Database from 'better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { CannotOpen } from '../../folder/cannot-open.ts'

const FOLDER = fileURLToPath(new URL('../../../../drizzle/sqlite', import.meta.url))

/**
 * Applies what is missing, all of it or nothing. Safe when many processes start at once: the count is read again under
 * the exclusive lock (drizzle's own `migrate` reads it before). Throws `CannotOpen` for a schema newer than this build.
 */
export function migrate(db: Database.Database): void {
  const migrations = readMigrationFiles({ migrationsFolder: FOLDER })
  if (missing(db, migrations.length) === 0) return
  db.exec('BEGIN EXCLUSIVE')
  try {
    const rest = migrations.slice(migrations.length - missing(db, migrations.length))
    for (const statement of rest.flatMap(({ sql }) => sql)) db.exec(statement)
    db.pragma(`user_version = ${migrations.length}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** How many migrations this build knows. */
export function knownSchema(): number {
  return readMigrationFiles({ migrationsFolder: FOLDER }).length
}

/** Throws `CannotOpen` for a schema newer than this build. */
export function assertKnownSchema(db: Database.Database): void {
  missing(db, knownSchema())
}

function missing(db: Database.Database, known: number): number {
  const applied = Number(db.pragma('user_version', { simple: true }))
  if (applied > known) {
    throw new CannotOpen(`the database has schema ${applied}, but this build of Ringback knows only ${known}: run the newer build`)
  }
  return known - applied
}
