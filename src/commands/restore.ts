/** `ringback restore FILE`: the database of a backup in a data folder that has none. */
import { chmodSync, constants, copyFileSync, existsSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../domain/describe-error.ts'
import { CannotOpen } from '../store/folder/cannot-open.ts'
import { publishFile, syncFile } from '../store/folder/create-file-once.ts'
import { databasePath, holdDataFolder } from '../store/folder/data-folder.ts'
import { findMasterKey, keyFile } from '../store/folder/master-key.ts'
import { createEncryptor, KEY_CHECK } from '../store/rows/encryption.ts'
import { type Contents, inspectCopy } from '../store/sqlite/file/copy.ts'
import { type Copied, type CopyConfig, copySummary, type TellOptions } from './copy-summary.ts'

/**
 * Puts the backup `file` into the data folder, which must have no database. The copy is checked before it gets its name. Throws
 * `CannotOpen`, having changed nothing, while a service holds the folder, when a database is there, and for a file that is damaged, of a
 * newer build or sealed under another master key.
 *
 * @returns what the operator is told, in lines
 */
export function restore(config: CopyConfig, file: string, options: TellOptions = {}): string {
  if (config.database.target !== null)
    throw new CannotOpen('DATABASE_URL is set: the data is in PostgreSQL, and pg_restore puts a copy back')
  const source = resolve(file)
  if (!existsSync(source)) throw new CannotOpen(`${source} is not there`)
  const leaveFolder = holdDataFolder(config.dataDir)
  try {
    const { copied, hasKey } = place(source, config)
    const key = keyFile(config.dataDir)
    const advice = `No master key is here: before the start put the one it was made with at ${key}, or set MASTER_KEY.`
    return copySummary(copied, hasKey ? null : advice, options)
  } finally {
    leaveFolder()
  }
}

/** `hasKey` false: there is no master key yet to try the backup with. */
function place(source: string, config: CopyConfig): { copied: Copied; hasKey: boolean } {
  const target = databasePath(config.dataDir)
  for (const path of [target, `${target}-wal`, `${target}-shm`]) if (existsSync(path)) throw taken(path)
  if ((statSync(`${source}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new CannotOpen(`${source} has a write-ahead log beside it, so it is no backup: make one with ringback backup`)
  }

  const startedAt = performance.now()
  const draft = `${target}.${process.pid}.new`
  try {
    copyFileSync(source, draft, constants.COPYFILE_EXCL)
    chmodSync(draft, 0o600)
    const contents = inspectCopy(draft)
    const hasKey = assertOurKey(contents, config)
    syncFile(draft)
    if (!publishFile(draft, target)) throw taken(target)
    const bytes = statSync(target).size
    return { copied: { path: target, jobs: contents.jobs, bytes, ms: performance.now() - startedAt }, hasKey }
  } catch (error) {
    if (error instanceof CannotOpen) throw new CannotOpen(error.message.replaceAll(draft, source), { cause: error })
    throw new CannotOpen(`${source} cannot be restored: ${messageOf(error)}`, { cause: error })
  } finally {
    // A database that was copied as a file leaves the last two when it is read.
    for (const name of [draft, `${draft}-wal`, `${draft}-shm`]) rmSync(name, { force: true })
  }
}

function assertOurKey({ keyCheck }: Contents, { dataDir, secrets }: CopyConfig): boolean {
  const key = findMasterKey({ dataDir, masterKey: secrets.masterKey ?? undefined })
  if (key === null) return false
  if (keyCheck !== null) createEncryptor(key).open(keyCheck, KEY_CHECK)
  return true
}

function taken(path: string): CannotOpen {
  return new CannotOpen(`${path} is there already: restore into another DATA_DIR, or move it aside`)
}
