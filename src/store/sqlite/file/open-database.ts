/** Opens connections as the store needs them, and refuses a file that cannot keep the promise of a 202. */

import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { messageOf } from '../../../domain/describe-error.ts'
import { DEFAULT_TENANT_ID } from '../../../domain/tenant.ts'
import { CannotOpen } from '../../folder/cannot-open.ts'
import { publishFile } from '../../folder/create-file-once.ts'
import { assertSealedBy } from '../../rows/encryption.ts'
import { STATEMENTS } from '../statements/statements.ts'
import { isDamage } from './failures.ts'
import { lostFrames } from './log-loss.ts'
import { migrate } from './migrate.ts'

/** Below it two connections can corrupt a WAL that is reset (sqlite.org/changes.html, 3.51.3). */
const OLDEST_SQLITE = [3, 51, 3] as const
/** How long a start waits for the other processes that start with it. */
const START_PATIENCE_MS = 10_000
/** A lock is waited for outside the driver, where other work can go on. */
const BUSY_TIMEOUT_MS = 50
/** A larger file gets a look at its schema only, so that a start stays under 2 s. */
const FULL_CHECK_BYTES = 16 * 1024 * 1024
/** What the write-ahead log keeps of its size once it begins anew: a long reader's leavings go back to the disk. */
const LOG_BYTES = 16 * 1024 * 1024

/**
 * The writing connection of a file: made when absent, checked, migrated, in WAL mode with an fsync at every commit.
 * `now` in milliseconds, `keyId` of the encryptor that seals its secrets. Throws `CannotOpen`. An existing file is never replaced.
 */
export function openWriter(path: string, now: number, keyId?: string): Database.Database {
  let db: Database.Database | undefined
  try {
    assertSqliteVersion()
    assertWholeFile(path)
    if (existsSync(path)) assertSound(path, keyId)
    else createDatabase(path, now)
    db = new Database(path, { timeout: START_PATIENCE_MS, fileMustExist: true })
    migrate(db)
    makeDurable(db, path, now)
    return db
  } catch (error) {
    db?.close()
    throw error instanceof CannotOpen ? error : refusal(path, error)
  }
}

/** A reading connection beside the writer. Lock waits are the caller's to retry. */
export function openReader(path: string): Database.Database {
  return new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
}

/** A database of its own in memory, for tests of what stands above the store. `now` in milliseconds. */
export function openInMemory(now: number): Database.Database {
  const db = new Database(':memory:')
  migrate(db)
  insertDefaultTenant(db, now)
  return db
}

/** The database gets its name only when it is whole, so an empty file under that name is always damage. */
function createDatabase(path: string, now: number): void {
  const draft = `${path}.${process.pid}.new`
  rmSync(draft, { force: true })
  // The index of a log that is gone with its database.
  rmSync(`${path}-shm`, { force: true })
  // For its owner alone, whatever the folder allows: payloads and results are in it. The log's files take after it.
  closeSync(openSync(draft, 'wx', 0o600))
  const db = new Database(draft)
  // Only before the first table: it lets `give-back.ts` shrink the file after a purge.
  db.pragma('auto_vacuum = INCREMENTAL')
  migrate(db)
  insertDefaultTenant(db, now)
  db.close()
  publishFile(draft, path)
}

/** What every new database has. */
export function insertDefaultTenant(db: Database.Database, now: number): void {
  const insert = db.prepare('INSERT INTO tenants (id, name, limits, created_at, version) VALUES (?, ?, ?, ?, 1)')
  insert.run(DEFAULT_TENANT_ID, 'default', '{}', now)
}

function makeDurable(db: Database.Database, path: string, now: number): void {
  db.pragma('journal_mode = WAL')
  // After journal_mode, on every open: a file reopened in WAL mode comes up with NORMAL, which loses acknowledged commits.
  db.pragma('synchronous = FULL')
  // `checkpoint.ts` does it, where a failed fsync is seen: the automatic one swallows its errors.
  db.pragma('wal_autocheckpoint = 0')
  db.pragma(`journal_size_limit = ${LOG_BYTES}`)
  db.prepare(STATEMENTS.putMeta.sql).run('opened_at', new Date(now).toISOString())
  assertDurable(db, path)
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`)
}

/** After a real write, because only then has SQLite settled which mode it runs in. */
export function assertDurable(db: Database.Database, path: string): void {
  const journal = db.pragma('journal_mode', { simple: true })
  const synchronous = db.pragma('synchronous', { simple: true })
  if (journal !== 'wal' || synchronous !== 2) {
    throw new CannotOpen(
      `${path} runs with journal_mode ${journal} and synchronous ${synchronous} instead of wal and 2 (FULL): a local disk is needed`,
    )
  }
}

function assertSqliteVersion(): void {
  const db = new Database(':memory:')
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get())
  db.close()
  const parts = version.split('.').map(Number)
  const difference = OLDEST_SQLITE.map((oldest, index) => (parts[index] ?? 0) - oldest).find((part) => part !== 0) ?? 0
  if (difference < 0)
    throw new CannotOpen(`SQLite ${version} is too old, ${OLDEST_SQLITE.join('.')} is needed: install better-sqlite3 again`)
}

function assertWholeFile(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0) throw damaged(path, 'the file is empty')
  if (size === undefined && wal > 0) throw damaged(path, 'the file is missing but its write-ahead log is there')
}

/**
 * On a reading connection: the last one that may write folds the log into the file as it closes, and a damaged file is to stay as it
 * is.
 */
function assertSound(path: string, keyId: string | undefined): void {
  // A start that died while it turned the file to WAL mode has left a journal, which only a writer may roll back.
  if (existsSync(`${path}-journal`)) rollBack(path)
  const lost = lostFrames(path)
  if (lost !== null) throw damaged(path, `its write-ahead log lacks ${lost.committed - lost.whole} of ${lost.committed} committed pages`)
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: START_PATIENCE_MS })
  try {
    assertWholeContent(db, path)
    if (keyId !== undefined) assertOurKey(db, keyId)
  } finally {
    db.close()
  }
}

/** Before anything is written: a start under a wrong key must leave the file, and its schema, as they are. */
function assertOurKey(db: Database.Database, keyId: string): void {
  const sealed = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'vault_check'").pluck().get()
  if (sealed !== undefined) assertSealedBy(keyId, sealed)
}

function rollBack(path: string): void {
  const db = new Database(path, { fileMustExist: true, timeout: START_PATIENCE_MS })
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
  } finally {
    db.close()
  }
}

function assertWholeContent(db: Database.Database, path: string): void {
  const tables = db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('jobs', 'meta')").pluck().get()
  if (tables !== 2) throw damaged(path, 'it is not a Ringback database')
  if (statSync(path).size > FULL_CHECK_BYTES) return
  const verdict = String(db.pragma('quick_check(1)', { simple: true }))
  // After a line that only names the database.
  if (verdict !== 'ok') throw damaged(path, verdict.split('\n').at(-1) ?? verdict)
}

function damaged(path: string, what: string): CannotOpen {
  return new CannotOpen(
    `${path} is damaged (${what}) and was left as it is: move it aside with its -wal and -shm files and restore a backup, ` +
      `or try: sqlite3 ${path} .recover`,
  )
}

function refusal(path: string, error: unknown): CannotOpen {
  const message = messageOf(error)
  if (isDamage(error)) return damaged(path, message)
  return new CannotOpen(`${path} cannot be opened: ${message}`, { cause: error })
}
