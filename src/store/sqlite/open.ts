/** The doors of the SQLite store. */
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { Log, Notices, Store, StoreUnavailable } from '../../ports.ts'
import { VAULT_CHECK, type Vault } from '../vault.ts'
import { thisBuild } from './build.ts'
import type { Drive } from './drive.ts'
import { createHub } from './hub.ts'
import { inlineDrive } from './inline.ts'
import { openInMemory } from './open-database.ts'
import type { WriterLimits } from './posted-work.ts'
import { openRemote } from './remote.ts'
import { type OwnerCard, socketPath } from './shared-folder.ts'
import { INSTALLATION, sqliteStore } from './store.ts'
import { openThreaded } from './threaded.ts'
import type { Group } from './writer-client.ts'

/** Beyond it the store answers `overloaded` at once. The bytes leave room for the largest results of 16 runs at a time. */
const LIMITS: WriterLimits = { pieces: 10_000, bytes: 256 * 1024 * 1024 }

export interface SqliteOptions {
  /** The database file. The caller holds its folder: see `holdDataFolder`. */
  path: string
  vault: Vault
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
  return checked(await drivenHere(options), options.vault)
}

function drivenHere({ path, vault, now, onFatal, onGroup = () => {}, limits = LIMITS }: SqliteOptions): Promise<Drive> {
  return openThreaded({ path, now, keyId: vault.keyId, limits, onGroup, onFatal })
}

/** `share` lets others in, to whom this process shows its card. */
export interface SharedStore {
  store: Store
  notices: Notices
  share(card: OwnerCard): Promise<void>
  /** Before `close`: lets processes that stop at the same time write what they must, for at most `ms` milliseconds. */
  othersLeft(ms: number): Promise<void>
}

/**
 * The same, and other processes write through this one over the folder's socket (`joinSqliteStore`). Throws `CannotOpen` as
 * well when the folder's name is too long for a socket.
 */
export async function openSharedSqliteStore({ log, ...options }: SqliteOptions & { log: Log }): Promise<SharedStore> {
  const path = socketPath(dirname(options.path))
  const drive = await drivenHere(options)
  const store = await checked(drive, options.vault)
  const hub = createHub({ path, drive, log })
  return {
    notices: hub.notices,
    share: (card) => hub.open({ ...thisBuild(), card }),
    othersLeft: hub.othersLeft,
    store: {
      ...store,
      async close() {
        await hub.close()
        await store.close()
      },
    },
  }
}

export interface JoinOptions extends Pick<SqliteOptions, 'path' | 'onFatal' | 'limits'> {
  /** The owner says where it is: before this answers, and whenever it has been away. */
  onOwner: (card: OwnerCard) => void
  /** Asked for when the owner of the folder is there: it makes the key file. */
  vault: () => Vault
}

/**
 * The store of a folder that another process owns and shares; waits until there is one. Reads are of the file, writes go to
 * the owner, to whom `leave` says that this process is stopping. Throws `CannotOpen` when the owner is of another build, or has
 * another master key.
 */
export async function joinSqliteStore(options: JoinOptions): Promise<{ store: Store; notices: Notices; leave(): void }> {
  const { path, vault, onOwner, onFatal, limits = LIMITS } = options
  const socket = socketPath(dirname(path))
  const { drive, ...rest } = await openRemote({ path, socket, build: thisBuild(), limits, onOwner, onFatal })
  return { store: await checked(drive, vault()), ...rest }
}

/** A store of its own in memory, for unit tests: the same statements on one connection, no threads, no fsync. */
export async function openInlineSqliteStore({ vault, now }: { vault: Vault; now: number }): Promise<Store> {
  return checked(inlineDrive(openInMemory(now)), vault)
}

/** The first to open a database leaves an id and a value sealed by its vault; a vault that cannot open that has another key. */
async function checked(drive: Drive, vault: Vault): Promise<Store> {
  try {
    const sealed = drive.read((reads) => reads.meta('vault_check'))
    if (sealed !== undefined) vault.open(sealed.value, VAULT_CHECK)
    else await drive.write({ steps: [{ statement: 'putMeta', params: ['vault_check', vault.seal('ringback', VAULT_CHECK)] }] })
    if (drive.read((reads) => reads.meta(INSTALLATION)) === undefined) {
      await drive.write({ steps: [{ statement: 'putMeta', params: [INSTALLATION, randomBytes(8).toString('hex')] }] })
    }
    return sqliteStore(drive, vault)
  } catch (error) {
    await drive.close()
    throw error
  }
}
