import type { Bus } from '../ports/bus.ts'
import type { Clock } from '../ports/runtime.ts'
import type { Store } from '../ports/store.ts'
import { systemClock } from '../runtime/clock.ts'
import { databasePath } from '../store/folder/data-folder.ts'
import { loadMasterKey } from '../store/folder/master-key.ts'
import { createEncryptor, type Encryptor } from '../store/rows/encryption.ts'
import type { OwnerInfo } from '../store/sqlite/ipc/protocol.ts'
import { joinSqliteStore, openSharedSqliteStore, openSqliteStore } from '../store/sqlite/open.ts'
import type { Boot } from './boot.ts'

/** The store of the process that owns the data folder. */
export interface OwnStore {
  store: Store
  /** Null: no other process can be there. */
  bus: Bus | null
  clock: Clock
  /** Other processes answer requests and look after it, too. */
  isShared: boolean
  /** Lets other processes in and shows them where this one answers; nothing where none can be. */
  listen(owner: OwnerInfo): Promise<void>
  /** At the end of a stop: waits for workers that stop too, at most `ms` milliseconds. */
  workersLeft(ms: number): Promise<void>
}

/** The store of a worker, which writes through the owner of the data folder. */
export interface JoinedStore {
  store: Store
  bus: Bus
  clock: Clock
  isShared: boolean
  /** Where the owner answers requests. It may come back elsewhere. */
  owner(): OwnerInfo
  /** At the beginning of a stop: tells the owner of it. */
  announceStop(): void
}

/** The store of this process alone, or with a Redis one that workers can join. The caller holds the data folder. Throws `CannotOpen`. */
export async function openOwnStore(boot: Boot): Promise<OwnStore> {
  const { config, log, metrics, die } = boot
  if (config.database.target !== null) return (await postgres()).openPostgres(boot)
  const options = {
    path: databasePath(config.dataDir),
    encryptor: encryptorOf(config),
    now: systemClock.now(),
    onGroup: metrics.group,
    onFatal: die,
  }
  if (config.redisUrl === null) {
    const store = await openSqliteStore(options)
    return { ...OF_A_FOLDER, store: metrics.watchStore(store), bus: null, listen: async () => {}, workersLeft: async () => {} }
  }
  const shared = await openSharedSqliteStore({ ...options, log })
  return { ...OF_A_FOLDER, ...shared, store: metrics.watchStore(shared.store) }
}

/** Its processes are on one host, and one of them alone answers requests. */
const OF_A_FOLDER = { clock: systemClock, isShared: false }

/** Joins the process that owns the data folder; waits until there is one. Throws `CannotOpen`. */
export async function joinStore(boot: Boot): Promise<JoinedStore> {
  const { config, log, metrics, die } = boot
  if (config.database.target !== null) return (await postgres()).joinPostgres(boot)
  log.info({ data_dir: config.dataDir }, 'looking for the process that owns the data folder')
  let owner: OwnerInfo | null = null
  const joined = await joinSqliteStore({
    path: databasePath(config.dataDir),
    encryptor: () => encryptorOf(config),
    onOwner(info) {
      owner = info
    },
    onFatal: die,
  })
  return {
    ...OF_A_FOLDER,
    ...joined,
    store: metrics.watchStore(joined.store),
    owner() {
      if (owner === null) throw new Error('the owner of the data folder has not said where it answers')
      return owner
    },
  }
}

/** Read only where it is asked for: a process on a data folder starts without it. */
const postgres = () => import('./open-postgres.ts')

function encryptorOf({ dataDir, secrets: { masterKey } }: Boot['config']): Encryptor {
  return createEncryptor(loadMasterKey({ dataDir, ...(masterKey === null ? {} : { masterKey }) }))
}
