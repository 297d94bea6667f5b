/**
 * What is left of a row that does not hold what it must. One such row must not cost a page, a lane or a cancel, so reading it
 * gives a record all the same: the columns that can be read, harmless values for the rest, and the name of the column as `damage`.
 */
import { CorruptRow, isWhole } from './column.ts'

/** Which column an error from reading a row is about. */
export function damageOf(error: unknown): string {
  // What is sealed by the encryptor, and does not open.
  return error instanceof CorruptRow ? error.column : 'a sealed value'
}

/** What `read` gives; `instead` where it throws. */
export function readable<T>(read: () => T, instead: T): T {
  try {
    return read()
  } catch {
    return instead
  }
}

/** The value where it is a safe integer; otherwise `instead`. */
export function whole(value: unknown, instead: number): number {
  return isWhole(value) ? value : instead
}

/** The value where it is a safe integer; otherwise null. */
export function wholeOrNull(value: unknown): number | null {
  return isWhole(value) ? value : null
}
