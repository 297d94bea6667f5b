/** Range requests (RFC 9110 section 14) of a single range of bytes. */

/** The bytes of a representation from `start` to before `end`. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * The part of `size` bytes that a `Range` asks for. Null = the whole: the field is absent, has another unit or several ranges, or cannot
 * be read, as the RFC allows. `unsatisfiable`: the range begins behind the last byte.
 */
export function byteRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') return Number(last) === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - Number(last)), end: size }
  if (last !== '' && Number(last) < Number(first)) return null
  if (Number(first) >= size) return 'unsatisfiable'
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) }
}

/** Whether an `If-Range` leaves the `Range` beside it in force: a strong comparison, so a date never does. */
export function rangeStillMeant(ifRange: string | null, etag: string): boolean {
  return ifRange === null || ifRange.trim() === etag
}
