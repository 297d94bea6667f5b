/** `ringback backup FILE`: the database of one moment, while the service goes on. */
import { existsSync, rmSync, statSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import { CannotOpen } from '../store/folder/cannot-open.ts'
import { publishFile, syncFile } from '../store/folder/create-file-once.ts'
import { databasePath } from '../store/folder/data-folder.ts'
import { keyFile } from '../store/folder/master-key.ts'
import { copyDatabase, inspectCopy } from '../store/sqlite/file/copy.ts'
import { copySummary } from './copy-summary.ts'

/**
 * Every job acknowledged before it began is in it. FILE appears whole or not at all, is checked and durable, and never
 * replaces another file. Throws `CannotOpen`, having left nothing behind.
 */
export async function backup(file: string): Promise<void> {
  const { dataDir, secrets } = loadConfig()
  const source = databasePath(dataDir)
  const target = resolve(file)
  if (!existsSync(source)) throw new CannotOpen(`${source} is not there: set DATA_DIR to the data folder of the service`)
  if (existsSync(target)) throw taken(target)

  // The service comes first on a busy machine.
  setPriority(constants.priority.PRIORITY_LOW)
  const startedAt = performance.now()
  const draft = `${target}.${process.pid}.new`
  try {
    await copyDatabase(source, draft)
    const { jobs } = inspectCopy(draft)
    syncFile(draft)
    if (!publishFile(draft, target)) throw taken(target)
    process.stdout.write(`${copySummary(target, { jobs, bytes: statSync(target).size, ms: performance.now() - startedAt })}\n`)
  } catch (error) {
    throw error instanceof CannotOpen ? error : new CannotOpen(`${target} cannot be written: ${reason(error)}`, { cause: error })
  } finally {
    rmSync(draft, { force: true })
  }
  const key = secrets.masterKey === null ? keyFile(dataDir) : 'MASTER_KEY'
  process.stdout.write(`${key} is not in it: keep a copy of the key apart, or its signing secrets and callback headers are lost.\n`)
}

function taken(target: string): CannotOpen {
  return new CannotOpen(`${target} is there already: a backup replaces no file`)
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
