/** `ringback migrate-store --to URL`: what a stopped service has in its data folder goes into an empty PostgreSQL database. */
import { existsSync } from 'node:fs'
import type { Config } from '../config/load.ts'
import { BadValue, databaseUrl } from '../config/values.ts'
import { CannotOpen } from '../store/folder/cannot-open.ts'
import { databasePath, holdDataFolder } from '../store/folder/data-folder.ts'
import { findMasterKey, keyFile } from '../store/folder/master-key.ts'
import { fillPostgres, type PostgresTarget } from '../store/postgres/open.ts'
import { createEncryptor } from '../store/rows/encryption.ts'
import type { TableDigest } from '../store/rows/table-digest.ts'
import { openTables } from '../store/sqlite/file/read-tables.ts'

/** What the command needs of the configuration. */
export type MoveConfig = Pick<Config, 'dataDir' | 'secrets'> & { database: Pick<Config['database'], 'allowUnsafe' | 'prepare'> }

/** The flags of the command. */
export interface MoveOptions {
  /** The URL of the database. */
  to: string
  /** As a JSON document in one line. */
  json?: boolean
}

/**
 * Copies every record and compares what the database holds with what the data folder has. The data folder stays as it is. Throws
 * `CannotOpen`, with nothing in the database, while a service holds the folder, for a database that is not empty, and under another master
 * key.
 *
 * @returns what the operator is told, in lines
 */
export async function migrateStore({ dataDir, secrets, database }: MoveConfig, { to, json = false }: MoveOptions): Promise<string> {
  const target: PostgresTarget = { ...targetOf(to), ...database }
  const path = databasePath(dataDir)
  if (!existsSync(path)) throw new CannotOpen(`${path} is not there: set DATA_DIR to the data folder of the service`)
  const startedAt = performance.now()
  const leaveFolder = holdDataFolder(dataDir)
  try {
    const key = findMasterKey({ dataDir, masterKey: secrets.masterKey ?? undefined })
    if (key === null) throw new CannotOpen(`${keyFile(dataDir)} is missing: put the key file back, or set MASTER_KEY`)
    const now = Date.now()
    const source = openTables(path, now, createEncryptor(key).keyId)
    try {
      const tables = await fillPostgres(target, now, source)
      const masterKey = secrets.masterKey === null ? `MASTER_KEY, which stands in ${keyFile(dataDir)},` : 'the same MASTER_KEY'
      const advice = `Start the service with DATABASE_URL, PUBLIC_URL and ${masterKey} and put ${dataDir} away: it is not read any more.`
      return summary({ to: nameOf(to), tables, ms: performance.now() - startedAt, advice }, json)
    } finally {
      source.close()
    }
  } finally {
    leaveFolder()
  }
}

interface Moved {
  to: string
  tables: Readonly<Record<string, TableDigest>>
  ms: number
  advice: string
}

function summary({ to, tables, ms, advice }: Moved, json: boolean): string {
  const jobs = tables.jobs?.rows ?? 0
  const rows = Object.values(tables).reduce((sum, one) => sum + one.rows, 0)
  if (json) return `${JSON.stringify({ to, jobs, rows, tables, ms: Math.round(ms), advice })}\n`
  return `${to}: ${jobs} jobs, ${rows} rows, counted and compared in ${(ms / 1000).toFixed(1)} s\n${advice}\n`
}

/** Without what nobody else should read. */
function nameOf(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

function targetOf(url: string): Pick<PostgresTarget, 'url' | 'rootCertificate'> {
  try {
    return databaseUrl(url)
  } catch (error) {
    throw error instanceof BadValue ? new WrongFlag(`--to ${error.message}`) : error
  }
}

/** The program tells it as a wrong command line. */
class WrongFlag extends Error {
  override readonly name = 'UsageError'
}
