/** What is asked of a server before it may hold the truth. */
import { CannotOpen } from '../../folder/cannot-open.ts'
import type { Row } from './wire.ts'

const OLDEST_VERSION = 140_000

/** A server that fits, for the operator: `/readyz` shows it. */
export type ServerFacts = Readonly<Record<string, string | boolean>>

/** Asked on every new connection: the next one may lead to another server. */
export const SERVER_SQL = `
  SELECT pg_is_in_recovery() AS replica, current_setting('server_version') AS version,
    current_setting('server_version_num') AS number, current_setting('server_encoding') AS encoding,
    current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
    current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('transaction_read_only') AS read_only, pg_postmaster_start_time()::text AS started,
    pg_backend_pid() AS backend`

/**
 * Throws `CannotOpen` for a server that is too old, takes no writes, or loses what it has acknowledged. `allowUnsafe` lets the last pass,
 * which the facts then tell.
 */
export function assertServer(found: Row, allowUnsafe: boolean): ServerFacts {
  const { version, number, encoding, fsync, full_page_writes, synchronous_commit } = found
  if (Number(number) < OLDEST_VERSION) throw new CannotOpen(`PostgreSQL ${version} is too old: 14 or newer is needed`)
  if (found.replica === true || found.read_only === 'on')
    throw new CannotOpen('the PostgreSQL server takes no writes: it is a replica or read-only')
  if (encoding !== 'UTF8') throw new CannotOpen(`the database has the encoding ${encoding}: create one with UTF8`)
  const unsafe = Object.entries({ fsync, full_page_writes, synchronous_commit }).filter(([, value]) => value === 'off')
  const names = unsafe.map(([name]) => `${name} = off`).join(', ')
  if (unsafe.length > 0 && !allowUnsafe) {
    throw new CannotOpen(`PostgreSQL runs with ${names}: what was acknowledged would be lost in a crash. DATABASE_UNSAFE=1 is for tests`)
  }
  const facts = { postgres: String(version), encoding: String(encoding), fsync: String(fsync) }
  const more = { full_page_writes: String(full_page_writes), synchronous_commit: String(synchronous_commit) }
  return { ...facts, ...more, ...(unsafe.length > 0 && { unsafe: names }) }
}
