/** What an error of the driver means. The one place that knows PostgreSQL's codes. */
import { DatabaseError } from 'pg'
import { messageOf } from '../../../domain/describe-error.ts'
import { StoreUnavailable } from '../../../ports/store.ts'

/**
 * `statement`: the statement itself is at fault, its neighbours are fine. `again`: the server has ended a transaction in favour of another
 * one, and it may be run once more.
 */
export type FailureKind = StoreUnavailable['reason'] | 'statement' | 'again'

const DEADLOCK_OR_CONFLICT = ['40P01', '40001']
const DISK_FULL = '53100'
const LOCK_TIMEOUT = '55P03'
const STATEMENT_TIMEOUT = '57014'
const READ_ONLY = '25006'
const UNIQUE = '23505'
/** I/O error, and files that do not hold what was written. */
const BROKEN = ['58030', 'XX001', 'XX002']

/** What kind of failure an error is: of the server by its code, of the connection otherwise. */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof StoreUnavailable) return error.reason
  const code = codeOf(error)
  if (code === null) return isOfConnection(error) ? 'unreachable' : 'statement'
  if (DEADLOCK_OR_CONFLICT.includes(code)) return 'again'
  if (code === DISK_FULL) return 'disk_full'
  if (BROKEN.includes(code)) return 'io_error'
  if (code.startsWith('53') || code === LOCK_TIMEOUT || code === STATEMENT_TIMEOUT) return 'busy'
  // Shut down, starting, cut off, or made a replica.
  if (code.startsWith('57') || code.startsWith('08') || code === READ_ONLY || code === '25P03') return 'unreachable'
  return 'statement'
}

/** What the port's caller meets: `StoreUnavailable`, or a plain Error for a bug. */
export function errorOf(error: unknown): Error {
  if (error instanceof StoreUnavailable) return error
  const kind = failureKind(error)
  const message = messageOf(error)
  const code = codeOf(error)
  if (kind === 'statement') {
    const before = code === UNIQUE ? 'there is such a record already: ' : ''
    return new Error(`${before}${message}`, { cause: error })
  }
  const reason = kind === 'again' ? 'busy' : kind
  return new StoreUnavailable(reason, code === null ? message : `${code}: ${message}`, { cause: error })
}

/** Whether a record was inserted that is there already. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === UNIQUE
}

function codeOf(error: unknown): string | null {
  return error instanceof DatabaseError ? (error.code ?? null) : null
}

/** Of the socket, of TLS or of the driver, which says `Connection terminated`, `timeout expired` and the like without a code. */
function isOfConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code: unknown = 'code' in error ? error.code : undefined
  return typeof code === 'string' || /connection|timeout|terminated|not queryable|stream|socket/i.test(error.message)
}
