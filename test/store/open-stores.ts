import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Log } from '../../src/ports/runtime.ts'
import type { Store } from '../../src/ports/store.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { openWriter } from '../../src/store/sqlite/file/open-database.ts'
import { thisBuild } from '../../src/store/sqlite/ipc/build.ts'
import { socketPath } from '../../src/store/sqlite/ipc/protocol.ts'
import { createWriteServer } from '../../src/store/sqlite/ipc/write-server.ts'
import { joinSqliteStore, openInlineSqliteStore, openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/open.ts'
import { inlineDriver } from '../../src/store/sqlite/threads/inline.ts'
import { NOW } from './records.ts'
import { tempFolder } from './temp-folder.ts'

export const VAULT = createEncryptor(new Uint8Array(32).fill(7))

export async function openInline(): Promise<Store> {
  return closing(await openInlineSqliteStore({ encryptor: VAULT, now: NOW }))
}

/** On a file: a fresh one, unless a path is given. An I/O error fails the test. */
export async function openThreaded(options: Partial<SqliteOptions> = {}): Promise<Store> {
  const onFatal = (error: Error) => {
    throw error
  }
  return closing(
    await openSqliteStore({ path: options.path ?? databasePath(tempFolder()), encryptor: VAULT, now: NOW, onFatal, ...options }),
  )
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Beside an owner, as another process would be: what it writes goes over the socket of the owner's folder. */
export async function openJoined(): Promise<Store> {
  const path = databasePath(tempFolder())
  const onFatal = (error: Error) => {
    throw error
  }
  // The owner's own threads are tested elsewhere; here they would be two more for each test.
  const driver = inlineDriver(openWriter(path, NOW))
  const server = createWriteServer({ path: socketPath(dirname(path)), driver, log: silent })
  onTestFinished(async () => {
    await server.close()
    await driver.close()
  })
  await server.listen({ ...thisBuild(), owner: { publicUrl: 'http://127.0.0.1:3000', host: '127.0.0.1', port: 3000 } })
  return closing((await joinSqliteStore({ path, encryptor: () => VAULT, onOwner() {}, onFatal })).store)
}

function closing(store: Store): Store {
  onTestFinished(() => store.close())
  return store
}
