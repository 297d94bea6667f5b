/**
 * Cursors of lists: the position of the last row that was shown, opaque, with a check over what is listed for whom. The check guards
 * against mix-ups, not against forgery: the key decides whose rows are listed, never the cursor.
 */
import { hash } from 'node:crypto'
import { invalidRequest } from './validate.ts'

const POSITION_BYTES = 6
const CHECK_BYTES = 6

/**
 * The cursor of a position.
 *
 * @param scope what is listed and for whom: the cursor is read with the same text
 */
export function writeCursor(scope: string, position: number): string {
  const bytes = Buffer.alloc(POSITION_BYTES + CHECK_BYTES)
  bytes.writeUIntBE(position, 0, POSITION_BYTES)
  check(scope, position).copy(bytes, POSITION_BYTES)
  return bytes.toString('base64url')
}

/** The position in a cursor. Refuses with `invalid_request` a garbled cursor and one of another list. */
export function readCursor(scope: string, cursor: string): number {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.byteLength === POSITION_BYTES + CHECK_BYTES) {
    const position = bytes.readUIntBE(0, POSITION_BYTES)
    if (writeCursor(scope, position) === cursor) return position
  }
  throw invalidRequest([{ pointer: '?cursor', detail: 'Not a cursor of this list.' }])
}

function check(scope: string, position: number): Buffer {
  return hash('sha256', `${scope} ${position}`, 'buffer').subarray(0, CHECK_BYTES)
}
