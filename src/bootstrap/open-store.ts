import type { Config } from '../config/load.ts'
import type { Bus } from '../ports/bus.ts'
import type { Log } from '../ports/runtime.ts'
import type { Store, StoreUnavailable } from '../ports/store.ts'
import { databasePath } from '../store/folder/data-folder.ts'
import { loadMasterKey } from '../store/folder/master-key.ts'
import { createEncryptor } from '../store/rows/encryption.ts'
import type { OwnerInfo } from '../store/sqlite/ipc/shared-folder.ts'
import { joinSqliteStore, openSharedSqliteStore, openSqliteStore, type SqliteOptions } from '../store/sqlite/open.ts'

export interface OpenedStore {
  store: Store
  /** Null: no other process can be there. */
  bus: Bus | null
  /** Lets other processes in; nothing where none can be. */
  share(card: OwnerInfo): Promise<void>
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
  onOwner: (card: OwnerInfo) => void
  onFatal: (error: StoreUnavailable) => void
}

const NOT_SHARED = { share: async () => {}, leave: () => {}, othersLeft: async () => {} }

/** The store as this process's role has it: alone, owner of a shared folder, or beside its owner. Throws `CannotOpen`. */
export async function openStore({ config, log, now, onGroup, onOwner, onFatal }: OpenOptions): Promise<OpenedStore> {
  const { dataDir, secrets, role, redisUrl } = config
  const path = databasePath(dataDir)
  const encryptor = () => createEncryptor(loadMasterKey({ dataDir, ...(secrets.masterKey ? { masterKey: secrets.masterKey } : {}) }))
  if (role === 'worker') {
    log.info({ data_dir: dataDir }, 'looking for the process that owns the data folder')
    return { ...NOT_SHARED, ...(await joinSqliteStore({ path, encryptor, onOwner, onFatal })) }
  }
  const options = { path, encryptor: encryptor(), now, onFatal, ...(onGroup ? { onGroup } : {}) }
  if (redisUrl !== null) return { ...NOT_SHARED, ...(await openSharedSqliteStore({ ...options, log })) }
  return { ...NOT_SHARED, store: await openSqliteStore(options), bus: null }
}
