/** Names that travel in URLs, headers and logs. Pure. */

/** 1 to 64 letters, digits, `_`, `-`, `.`. */
export function isErrorCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(value)
}

/** The name of a file for whoever downloads it: 1 to 255 characters of well-formed Unicode, no path, no control character. */
export function isFilename(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 255 && value.isWellFormed() && /^[^/\\\p{Cc}]+$/u.test(value)
}

/** A media type with its parameters (RFC 9110 section 8.3.1), fit to be a header value: printable ASCII, at most 255. */
export function isMediaType(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 255 && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[ \t]*;[\x20-\x7e]*)?$/.test(value)
}
