import { onTestFinished } from 'vitest'
import type { Store } from '../../src/ports.ts'
import { databasePath } from '../../src/store/data-folder.ts'
import { openInlineSqliteStore, openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/open.ts'
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

function closing(store: Store): Store {
  onTestFinished(() => store.close())
  return store
}
