/** The folder that holds the database, held by one process at a time. */

import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { messageOf } from '../../domain/describe-error.ts'
import { CannotOpen } from './cannot-open.ts'
import { syncFile } from './create-file-once.ts'

/** How long we wait for an owner that is just leaving. */
const PATIENCE_MS = 500

/** The database file of a data folder. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'ringback.db')
}

/** Holds nothing; whoever has it locked has the folder. */
export function lockFile(dataDir: string): string {
  return join(dataDir, 'ringback.lock')
}

/**
 * Makes the folder if it is missing and holds it for this process; the answer lets it go. Throws `CannotOpen` when it
 * cannot be written, or within 2 s when another process has it, with that process's pid.
 *
 * The lock is a tiny SQLite file in an exclusive transaction, so the kernel frees it when its holder dies. Nothing else
 * in this process may open and close that file: POSIX would drop the lock with it.
 */
export function holdDataFolder(dataDir: string): () => void {
  makeWritable(dataDir)
  const pidFile = join(dataDir, 'ringback.pid')
  let lock: Database.Database | undefined
  try {
    lock = new Database(lockFile(dataDir), { timeout: PATIENCE_MS })
    lock.exec('BEGIN EXCLUSIVE')
    const draft = `${pidFile}.${process.pid}.new`
    writeFileSync(draft, `${process.pid}\n`, { mode: 0o600 })
    renameSync(draft, pidFile)
  } catch (error) {
    lock?.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new CannotOpen(`${dataDir} is in use by process ${ownerPid(pidFile)}: stop it, or set DATA_DIR to another folder`)
    }
    throw cannotUse(dataDir, error)
  }
  const held = lock
  return () => {
    if (!held.open) return
    rmSync(pidFile, { force: true })
    held.close()
  }
}

function makeWritable(dataDir: string): void {
  try {
    const folder = resolve(dataDir)
    const made = makeFolders(folder)
    if (made !== null) syncNames(made, folder)
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw cannotUse(dataDir, error)
  }
}

/**
 * Makes what is missing, one by one: Node's `recursive` tries for ever where a folder exists in which none can be made, as in
 * /proc. Answers the outermost that was missing.
 */
function makeFolders(folder: string): string | null {
  if (existsSync(folder)) return null
  const outermost = makeFolders(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another start was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return outermost ?? folder
}

/**
 * The names of new folders, from the innermost up to the outermost, survive a power cut once this returns; what is in them would be
 * lost otherwise.
 */
function syncNames(outermost: string, innermost: string): void {
  for (let folder = innermost; folder !== dirname(outermost); folder = dirname(folder)) syncFile(dirname(folder))
}

function cannotUse(dataDir: string, error: unknown): CannotOpen {
  const reason = messageOf(error)
  return new CannotOpen(`DATA_DIR ${dataDir} cannot be used: ${reason}`, { cause: error })
}

function ownerPid(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
