/** `ringback backup FILE`: the database of one moment, while the service goes on. */
import { existsSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../domain/describe-error.ts'
import { CannotOpen } from '../store/folder/cannot-open.ts'
import { publishFile, syncFile } from '../store/folder/create-file-once.ts'
import { databasePath } from '../store/folder/data-folder.ts'
import { keyFile } from '../store/folder/master-key.ts'
import { copyDatabase, inspectCopy } from '../store/sqlite/file/copy.ts'
import { type Copied, type CopyConfig, copySummary, type TellOptions } from './copy-summary.ts'

/**
 * Copies the database of the data folder to `file`. Every job acknowledged before the call is in the copy. The file appears whole or not
 * at all, is checked and durable, and never replaces another one. Throws `CannotOpen`, having left nothing behind.
 *
 * @returns what the operator is told, in lines
 */
export async function backup({ dataDir, secrets, database }: CopyConfig, file: string, options: TellOptions = {}): Promise<string> {
  if (database.target !== null) throw new CannotOpen('DATABASE_URL is set: the data is in PostgreSQL, and pg_dump copies it')
  const source = databasePath(dataDir)
  const target = resolve(file)
  if (!existsSync(source)) throw new CannotOpen(`${source} is not there: set DATA_DIR to the data folder of the service`)
  if (existsSync(target)) throw taken(target)

  const startedAt = performance.now()
  const draft = `${target}.${process.pid}.new`
  let copied: Copied
  try {
    await copyDatabase(source, draft)
    const { jobs } = inspectCopy(draft)
    syncFile(draft)
    if (!publishFile(draft, target)) throw taken(target)
    copied = { path: target, jobs, bytes: statSync(target).size, ms: performance.now() - startedAt }
  } catch (error) {
    throw error instanceof CannotOpen ? error : new CannotOpen(`${target} cannot be written: ${messageOf(error)}`, { cause: error })
  } finally {
    rmSync(draft, { force: true })
  }
  const key = secrets.masterKey === null ? keyFile(dataDir) : 'MASTER_KEY'
  const advice = `${key} is not in it: keep a copy of the key apart, or its signing secrets and callback headers are lost.`
  return copySummary(copied, advice, options)
}

function taken(target: string): CannotOpen {
  return new CannotOpen(`${target} is there already: a backup replaces no file`)
}
