import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** SQLite's own check of every database file in a data folder that nobody holds: 'ok', or what is wrong. */
export function integrityOf(dataDir: string): string {
  const files = readdirSync(dataDir).filter((name) => /\.(db|sqlite)$/.test(name))
  if (files.length === 0) return 'there is no database file'
  return files
    .map((name) => {
      const database = new Database(join(dataDir, name))
      try {
        return String(database.pragma('integrity_check', { simple: true }))
      } finally {
        database.close()
      }
    })
    .join('; ')
}
