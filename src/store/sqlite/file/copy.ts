/** Copies of a database: made while it is in use, and judged before they are relied on. */
import { closeSync, fdatasyncSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import { messageOf } from '../../../domain/describe-error.ts'
import { CannotOpen } from '../../folder/cannot-open.ts'
import { assertKnownSchema } from './migrate.ts'

/** How long the copy waits for its first look at the file, milliseconds. After that it waits for nobody. */
const PATIENCE_MS = 10_000
/**
 * Pages copied (1 MB) before they are flushed. Left to the end, the flush of the whole copy would hold up every fsync of the
 * service on the same disk.
 */
const STEP_PAGES = 256

/** What a whole copy holds. */
export interface Contents {
  jobs: number
  /** Sealed by the encryptor that made it; null in a file no service has opened yet. */
  keyCheck: string | null
}

/**
 * Writes the database of one moment, that of its first read, to a new file that its owner alone may read. Others write on
 * meanwhile; the log keeps what they write until the copy is done. A copy of the file alone would lack what is still in the
 * log.
 */
export async function copyDatabase(path: string, target: string): Promise<void> {
  const file = openSync(target, 'wx', 0o600)
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: PATIENCE_MS })
  try {
    // One read transaction around all steps: without it the copy would begin anew at each commit of another process.
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    await db.backup(target, {
      progress() {
        fdatasyncSync(file)
        return STEP_PAGES
      },
    })
  } finally {
    db.close()
    closeSync(file)
  }
  makeSelfContained(target)
}

/** A copy in WAL mode would leave files beside it whenever somebody reads it. */
function makeSelfContained(path: string): void {
  const db = new Database(path)
  db.pragma('journal_mode = DELETE')
  db.close()
}

/** Reads a copy from end to end. Throws `CannotOpen` when it is not whole, not ours, or of a newer build. */
export function inspectCopy(path: string): Contents {
  let db: Database.Database | undefined
  try {
    db = new Database(path, { readonly: true, fileMustExist: true })
    const tables = db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('jobs', 'meta')").pluck().get()
    if (tables !== 2) throw new CannotOpen(`${path} is not a Ringback database`)
    const verdict = String(db.pragma('integrity_check(1)', { simple: true }))
    if (verdict !== 'ok') throw new CannotOpen(`${path} is damaged: ${verdict.split('\n').at(-1)}`)
    assertKnownSchema(db)
    const sealed = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'vault_check'").pluck()
    const jobs = db.prepare<[], number>('SELECT count(*) FROM jobs').pluck()
    return { jobs: jobs.get() ?? 0, keyCheck: sealed.get() ?? null }
  } catch (error) {
    if (error instanceof CannotOpen) throw error
    throw new CannotOpen(`${path} cannot be read: ${messageOf(error)}`, { cause: error })
  } finally {
    db?.close()
  }
}
