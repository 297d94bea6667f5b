/** The door of the PostgreSQL store: many processes, one truth. */

import { messageOf } from '../../domain/describe-error.ts'
import type { Store } from '../../ports/store.ts'
import { CannotOpen } from '../folder/cannot-open.ts'
import { INSTALLATION, identify } from '../records/identity.ts'
import { storeOver } from '../records/store.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { type Connection, connect, type Reach } from './connection/connect.ts'
import { failureKind } from './connection/failures.ts'
import { migrate } from './connection/migrate.ts'
import { targetOf } from './connection/target.ts'
import { createDriver } from './driver.ts'
import { causeOf } from './queries/ask.ts'
import { type CopiedTables, copyIn, type RowSource } from './writes/copy-in.ts'
import type { Group, WriteLimits } from './writes/group-commit.ts'

/** The store answers `overloaded` at once beyond it. The bytes leave room for the largest results of 16 runs at a time. */
const LIMITS: WriteLimits = { changes: 10_000, bytes: 256 * 1024 * 1024 }

/** A database, and what is asked of its server. */
export interface PostgresTarget {
  /** `postgres://user:password@host:port/database`, with `sslmode` as in `target.ts`. */
  url: string
  /** In PEM: the authority that the server's certificate must be of. Null: those that Node knows. */
  rootCertificate?: string | null
  /** A server that may lose what it has acknowledged is taken: for tests. */
  allowUnsafe?: boolean
  /** False: no statement is kept prepared, for poolers that cannot. */
  prepare?: boolean
  /** A warning of the server. */
  onWarning?(message: string): void
}

/** How a process opens the store. */
export interface PostgresOptions extends PostgresTarget {
  encryptor: Encryptor
  /** Milliseconds since the epoch. */
  now: number
  /** Transactions of changes under way at a time. */
  groups?: number
  /** A transaction is durable: for the operator's figures. */
  onGroup?(group: Group): void
  limits?: WriteLimits
}

/** The store, and the server's time in milliseconds since the epoch. */
export interface PostgresStore {
  store: Store
  serverTime(): Promise<number>
}

/**
 * Opens the store in a database, which gets its tables when it has none. Throws `CannotOpen` when the server is out of reach, too old,
 * takes no writes, is not safe to write, holds a schema of a newer build, or was sealed under another master key.
 */
export async function openPostgresStore(options: PostgresOptions): Promise<PostgresStore> {
  const { encryptor, now, groups = 2, limits = LIMITS, onGroup = () => {} } = options
  const reach = reachOf(options)
  const facts = await inPreparedDatabase(reach, now, async (connection) => connection.facts)
  const driver = createDriver({ reach, groups, limits, onGroup, facts })
  try {
    await identify(driver, encryptor)
    return { store: storeOver(driver, encryptor), serverTime: driver.serverTime }
  } catch (error) {
    await driver.close()
    throw error
  }
}

/**
 * Fills an empty database with all that `source` has, or changes nothing in it. Throws `CannotOpen` when it cannot be opened as a store,
 * is not empty, or gives back something else than it was given.
 */
export function fillPostgres(target: PostgresTarget, now: number, source: RowSource): Promise<CopiedTables> {
  return inPreparedDatabase(reachOf(target), now, (connection) => copyIn(connection, source))
}

function reachOf({ url, rootCertificate = null, allowUnsafe = false, prepare = true, onWarning = () => {} }: PostgresTarget): Reach {
  return { target: targetOf(url, rootCertificate), allowUnsafe, prepare, onWarning }
}

/** Runs `work` on a connection to the database, which has its tables by then. */
async function inPreparedDatabase<T>(reach: Reach, now: number, work: (connection: Connection) => Promise<T>): Promise<T> {
  try {
    const connection = await connect(reach, 'write')
    try {
      await migrate(connection, now, INSTALLATION)
      return await work(connection)
    } finally {
      await connection.end()
    }
  } catch (error) {
    const cause = causeOf(error)
    if (cause instanceof CannotOpen) throw cause
    const what = failureKind(cause) === 'unreachable' ? 'cannot be reached' : 'cannot be opened'
    throw new CannotOpen(`the PostgreSQL database ${what}: ${messageOf(cause)}`, { cause })
  }
}
