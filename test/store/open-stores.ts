import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterAll, onTestFinished } from 'vitest'
import type { Log } from '../../src/ports/runtime.ts'
import type { Store } from '../../src/ports/store.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { insertDefaultTenant, openWriter } from '../../src/store/sqlite/file/open-database.ts'
import { thisBuild } from '../../src/store/sqlite/ipc/build.ts'
import { socketPath } from '../../src/store/sqlite/ipc/protocol.ts'
import { createWriteServer } from '../../src/store/sqlite/ipc/write-server.ts'
import { joinSqliteStore, openInlineSqliteStore, openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/open.ts'
import { inlineDriver } from '../../src/store/sqlite/threads/inline.ts'
import { TABLES } from '../../src/store/tables/tables.ts'
import type { OpenStore } from './conformance.ts'
import { NOW } from './records.ts'
import { tempFolder } from './temp-folder.ts'

export const ENCRYPTOR = createEncryptor(new Uint8Array(32).fill(7))

export async function openInline(): Promise<Store> {
  return closing(await openInlineSqliteStore({ encryptor: ENCRYPTOR, now: NOW }))
}

/** On a file: a fresh one, unless a path is given. An I/O error fails the test. */
export async function openThreaded(options: Partial<SqliteOptions> = {}): Promise<Store> {
  return closing(
    await openSqliteStore({ path: options.path ?? databasePath(tempFolder()), encryptor: ENCRYPTOR, now: NOW, onFatal, ...options }),
  )
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** As `openThreaded`, with one store for all tests of a file. */
export function threadedOnce(): OpenStore {
  return emptiedBetween(async (path) => {
    const store = await openSqliteStore({ path, encryptor: ENCRYPTOR, now: NOW, onFatal })
    return { store, close: store.close }
  })
}

/** Beside an owner, as another process would be: what it writes goes over the socket of the owner's folder. One for all tests of a file. */
export function joinedOnce(): OpenStore {
  return emptiedBetween(async (path) => {
    // The owner's own threads are tested elsewhere.
    const driver = inlineDriver(openWriter(path, NOW))
    const server = createWriteServer({ path: socketPath(dirname(path)), driver, log: silent })
    await server.listen({ ...thisBuild(), owner: { publicUrl: 'http://127.0.0.1:3000', host: '127.0.0.1', port: 3000 } })
    const { store } = await joinSqliteStore({ path, encryptor: () => ENCRYPTOR, onOwner() {}, onFatal })
    const close = async () => {
      await store.close()
      await server.close()
      await driver.close()
    }
    return { store, close }
  })
}

/** Starting threads costs more than most tests: a store stays open over the tests of a file, and each finds it as a new one. */
function emptiedBetween(openAt: (path: string) => Promise<{ store: Store; close(): Promise<void> }>): OpenStore {
  let opened: { path: string; store: Store; close(): Promise<void> } | null = null
  const end = async () => {
    if (opened === null) return
    await opened.close()
    rmSync(dirname(opened.path), { recursive: true })
    opened = null
  }
  afterAll(end)
  return async () => {
    if (opened !== null && !(await opened.store.health()).ok) await end()
    if (opened === null) {
      const path = databasePath(mkdtempSync(join(tmpdir(), 'ringback-store-')))
      opened = { path, ...(await openAt(path)) }
    } else empty(opened.path)
    // What is read from here on is read in a transaction of its own.
    await nextTurn()
    return opened.store
  }
}

/** Removes every row but what a new database has. */
function empty(path: string): void {
  const db = new Database(path, { timeout: 10_000 })
  for (const { name } of Object.values(TABLES).filter(({ name }) => name !== 'meta')) db.exec(`DELETE FROM ${name}`)
  insertDefaultTenant(db, NOW)
  db.close()
}

function onFatal(error: Error): void {
  throw error
}

function closing(store: Store): Store {
  onTestFinished(() => store.close())
  return store
}
