/** The doors of the SQLite store. */
import { dirname } from 'node:path'
import type { Bus } from '../../ports/bus.ts'
import type { Log } from '../../ports/runtime.ts'
import type { Store, StoreUnavailable } from '../../ports/store.ts'
import { identify } from '../records/identity.ts'
import { storeOver } from '../records/store.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { openInMemory } from './file/open-database.ts'
import { thisBuild } from './ipc/build.ts'
import { type OwnerInfo, socketPath } from './ipc/protocol.ts'
import { openWriteClient } from './ipc/write-client.ts'
import { createWriteServer } from './ipc/write-server.ts'
import { inlineDriver } from './threads/inline.ts'
import { openThreaded } from './threads/threaded.ts'
import { driverOf, type WorkDriver } from './threads/work.ts'
import type { WriterLimits } from './threads/write-queue.ts'
import type { Group } from './threads/writer-client.ts'

/** The store answers `overloaded` at once beyond it. The bytes leave room for the largest results of 16 runs at a time. */
const LIMITS: WriterLimits = { requests: 10_000, bytes: 256 * 1024 * 1024 }

/** How the process that owns the folder opens its store. */
export interface SqliteOptions {
  /** The database file. The caller holds its folder: see `holdDataFolder`. */
  path: string
  encryptor: Encryptor
  /** Milliseconds since the epoch. */
  now: number
  /** An I/O error: what is on disk is unknown, so the process must exit. Called at most once. */
  onFatal: (error: StoreUnavailable) => void
  /** A transaction is durable: for the operator's figures. */
  onGroup?: (group: Group) => void
  limits?: WriterLimits
}

/**
 * Opens the store on a file, which is made on the first start with the tenant `default` in it. Throws `CannotOpen` when
 * the file is damaged, of a newer build, sealed under another master key, or not safe to write.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  return checked(await openDriver(options), options.encryptor)
}

function openDriver({ path, encryptor, now, onFatal, onGroup = () => {}, limits = LIMITS }: SqliteOptions): Promise<WorkDriver> {
  return openThreaded({ path, now, keyId: encryptor.keyId, limits, onGroup, onFatal })
}

/** The store of the process that owns the data folder and writes for others as well. */
export interface SharedStore {
  store: Store
  bus: Bus
  /** Lets other processes in, and tells each where this one answers. */
  listen(owner: OwnerInfo): Promise<void>
  /** Before `close`: lets processes that stop at the same time write what they must, for at most `ms` milliseconds. */
  workersLeft(ms: number): Promise<void>
}

/**
 * The same, and other processes write through this one over the folder's socket (`joinSqliteStore`). Throws `CannotOpen` as
 * well when the folder's name is too long for a socket.
 */
export async function openSharedSqliteStore({ log, ...options }: SqliteOptions & { log: Log }): Promise<SharedStore> {
  const path = socketPath(dirname(options.path))
  const driver = await openDriver(options)
  const store = await checked(driver, options.encryptor)
  const server = createWriteServer({ path, driver, log })
  return {
    bus: server.bus,
    listen: (owner) => server.listen({ ...thisBuild(), owner }),
    workersLeft: server.workersLeft,
    store: {
      ...store,
      async close() {
        await server.close()
        await store.close()
      },
    },
  }
}

/** How a worker opens the store that another process owns. */
export interface JoinOptions extends Pick<SqliteOptions, 'path' | 'onFatal' | 'limits'> {
  /** The owner says where it is: before this answers, and whenever it has been away. */
  onOwner: (owner: OwnerInfo) => void
  /** Asked for when the owner of the folder is there: it makes the key file. */
  encryptor: () => Encryptor
}

/**
 * The store of a folder that another process owns and shares; waits until there is one. Reads are of the file, writes go to
 * the owner, to whom `announceStop` says that this process is stopping. Throws `CannotOpen` when the owner is of another build, or has
 * another master key.
 */
export async function joinSqliteStore(options: JoinOptions): Promise<{ store: Store; bus: Bus; announceStop(): void }> {
  const { path, encryptor, onOwner, onFatal, limits = LIMITS } = options
  const socket = socketPath(dirname(path))
  const { driver, ...rest } = await openWriteClient({ path, socket, build: thisBuild(), limits, onOwner, onFatal })
  return { store: await checked(driver, encryptor()), ...rest }
}

/** A store of its own in memory, for unit tests: the same statements on one connection, no threads, no fsync. */
export async function openInlineSqliteStore({ encryptor, now }: { encryptor: Encryptor; now: number }): Promise<Store> {
  return checked(inlineDriver(openInMemory(now)), encryptor)
}

async function checked(working: WorkDriver, encryptor: Encryptor): Promise<Store> {
  const driver = driverOf(working)
  try {
    await identify(driver, encryptor)
    return storeOver(driver, encryptor)
  } catch (error) {
    await driver.close()
    throw error
  }
}
