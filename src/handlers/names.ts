/** Names that travel in URLs, headers and logs. */

/** Whether a value is a code of a failure: 1 to 64 letters, digits, `_`, `-`, `.`. */
export function isErrorCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(value)
}

/** Whether a value can name a download: 1 to 255 characters of well-formed Unicode, without a path or a control character. */
export function isFilename(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 255 && value.isWellFormed() && /^[^/\\\p{Cc}]+$/u.test(value)
}

/** Whether a value is a media type with its parameters (RFC 9110 section 8.3.1) that fits a header: printable ASCII, at most 255. */
export function isMediaType(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 255 && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[ \t]*;[\x20-\x7e]*)?$/.test(value)
}
