import type { Config } from '../config.ts'
import type { Log, Notices, Store, StoreUnavailable } from '../ports.ts'
import { databasePath } from '../store/data-folder.ts'
import { loadMasterKey } from '../store/master-key.ts'
import { joinSqliteStore, openSharedSqliteStore, openSqliteStore, type SqliteOptions } from '../store/sqlite/open.ts'
import type { OwnerCard } from '../store/sqlite/shared-folder.ts'
import { createVault } from '../store/vault.ts'

export interface OpenedStore {
  store: Store
  /** Null: no other process can be there. */
  notices: Notices | null
  /** Lets other processes in; nothing where none can be. */
  share(card: OwnerCard): Promise<void>
  /** At the beginning of a stop: a worker tells the owner of the folder. */
  leave(): void
  /** At its end: the owner keeps the store open for workers that stop too, at most `ms` milliseconds. */
  othersLeft(ms: number): Promise<void>
}

export interface OpenOptions extends Pick<SqliteOptions, 'onGroup'> {
  config: Config
  now: number
  log: Log
  /** To a worker the owner of the data folder says where it is: before this answers, and whenever it has been away. */
  onOwner: (card: OwnerCard) => void
  onFatal: (error: StoreUnavailable) => void
}

const NOT_SHARED = { share: async () => {}, leave: () => {}, othersLeft: async () => {} }

/** The store as this process's role has it: alone, owner of a shared folder, or beside its owner. Throws `CannotOpen`. */
export async function openStore({ config, log, now, onGroup, onOwner, onFatal }: OpenOptions): Promise<OpenedStore> {
  const { dataDir, secrets, role, redisUrl } = config
  const path = databasePath(dataDir)
  const vault = () => createVault(loadMasterKey({ dataDir, ...(secrets.masterKey ? { masterKey: secrets.masterKey } : {}) }))
  if (role === 'worker') {
    log.info({ data_dir: dataDir }, 'looking for the process that owns the data folder')
    return { ...NOT_SHARED, ...(await joinSqliteStore({ path, vault, onOwner, onFatal })) }
  }
  const options = { path, vault: vault(), now, onFatal, ...(onGroup ? { onGroup } : {}) }
  if (redisUrl !== null) return { ...NOT_SHARED, ...(await openSharedSqliteStore({ ...options, log })) }
  return { ...NOT_SHARED, store: await openSqliteStore(options), notices: null }
}
