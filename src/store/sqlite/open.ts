/** The doors of the SQLite store. */
import type { Store, StoreUnavailable } from '../../ports.ts'
import { VAULT_CHECK, type Vault } from '../vault.ts'
import type { Drive } from './drive.ts'
import { inlineDrive } from './inline.ts'
import { openInMemory } from './open-database.ts'
import { sqliteStore } from './store.ts'
import { openThreaded } from './threaded.ts'
import type { Group, WriterLimits } from './writer-client.ts'

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
export async function openSqliteStore({ path, vault, now, onFatal, onGroup = () => {}, limits = LIMITS }: SqliteOptions): Promise<Store> {
  const drive = await openThreaded({ path, now, keyId: vault.keyId, limits, onGroup, onFatal })
  return checked(drive, vault)
}

/** A store of its own in memory, for unit tests: the same statements on one connection, no threads, no fsync. */
export async function openInlineSqliteStore({ vault, now }: { vault: Vault; now: number }): Promise<Store> {
  return checked(inlineDrive(openInMemory(now)), vault)
}

/** The first vault to open a database leaves a sealed value; a vault that cannot open it has another key. */
async function checked(drive: Drive, vault: Vault): Promise<Store> {
  try {
    const sealed = drive.read((reads) => reads.meta('vault_check'))
    if (sealed !== undefined) vault.open(sealed.value, VAULT_CHECK)
    else await drive.write({ steps: [{ statement: 'putMeta', params: ['vault_check', vault.seal('ringback', VAULT_CHECK)] }] })
    return sqliteStore(drive, vault)
  } catch (error) {
    await drive.close()
    throw error
  }
}
