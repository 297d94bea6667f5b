import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Log, Store } from '../../src/ports.ts'
import { databasePath } from '../../src/store/data-folder.ts'
import { thisBuild } from '../../src/store/sqlite/build.ts'
import { createHub } from '../../src/store/sqlite/hub.ts'
import { inlineDrive } from '../../src/store/sqlite/inline.ts'
import { joinSqliteStore, openInlineSqliteStore, openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/open.ts'
import { openWriter } from '../../src/store/sqlite/open-database.ts'
import { socketPath } from '../../src/store/sqlite/shared-folder.ts'
import { createVault } from '../../src/store/vault.ts'
import { NOW } from './records.ts'
import { tempFolder } from './temp-folder.ts'

export const VAULT = createVault(new Uint8Array(32).fill(7))

export async function openInline(): Promise<Store> {
  return closing(await openInlineSqliteStore({ vault: VAULT, now: NOW }))
}

/** On a file: a fresh one, unless a path is given. An I/O error fails the test. */
export async function openThreaded(options: Partial<SqliteOptions> = {}): Promise<Store> {
  const onFatal = (error: Error) => {
    throw error
  }
  return closing(await openSqliteStore({ path: options.path ?? databasePath(tempFolder()), vault: VAULT, now: NOW, onFatal, ...options }))
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Beside an owner, as another process would be: what it writes goes over the socket of the owner's folder. */
export async function openJoined(): Promise<Store> {
  const path = databasePath(tempFolder())
  const onFatal = (error: Error) => {
    throw error
  }
  // The owner's own threads are tested elsewhere; here they would be two more for each test.
  const drive = inlineDrive(openWriter(path, NOW))
  const hub = createHub({ path: socketPath(dirname(path)), drive, log: silent })
  onTestFinished(async () => {
    await hub.close()
    await drive.close()
  })
  await hub.open({ ...thisBuild(), card: { publicUrl: 'http://127.0.0.1:3000', host: '127.0.0.1', port: 3000 } })
  return closing((await joinSqliteStore({ path, vault: () => VAULT, onOwner() {}, onFatal })).store)
}

function closing(store: Store): Store {
  onTestFinished(() => store.close())
  return store
}
