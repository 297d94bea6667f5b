/** What a driver error means. The one place that knows SQLite's error codes. */
import Database from 'better-sqlite3'
import { messageOf } from '../../../domain/describe-error.ts'
import { StoreUnavailable } from '../../../ports/store.ts'

/** `statement`: the statement itself is at fault, its neighbours are fine. */
export type FailureKind = StoreUnavailable['reason'] | 'statement'

const BROKEN = ['SQLITE_IOERR', 'SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PROTOCOL', 'SQLITE_NOMEM']

/** What kind of failure an error of the driver is; `statement` for all that says nothing of the file or the disk. */
export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof Database.SqliteError)) return 'statement'
  const is = (code: string) => error.code === code || error.code.startsWith(`${code}_`)
  if (is('SQLITE_BUSY') || is('SQLITE_LOCKED')) return 'busy'
  if (is('SQLITE_FULL')) return 'disk_full'
  return BROKEN.some(is) ? 'io_error' : 'statement'
}

/** A failure in a form that crosses threads and processes. */
export interface Failure {
  failed: FailureKind
  message: string
}

/** The same with its message, as it crosses threads and processes. */
export function failureOf(error: unknown): Failure {
  const message = messageOf(error)
  if (!(error instanceof Database.SqliteError)) return { failed: failureKind(error), message }
  if (/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(error.code))
    return { failed: 'statement', message: `there is such a record already: ${message}` }
  const advice = isDamage(error) ? '; keep the file as it is and restore a backup' : ''
  return { failed: failureKind(error), message: `${error.code}: ${message}${advice}` }
}

/** The file does not hold what SQLite wrote. */
export function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)
}

/** What the port's caller meets: `StoreUnavailable`, or a plain Error for a bug. */
export function errorOf(failure: Failure): Error {
  return failure.failed === 'statement' ? new Error(failure.message) : new StoreUnavailable(failure.failed, failure.message)
}
