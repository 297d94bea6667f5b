/** 1 to 128 letters, digits, `.`, `_`, `-`, the first a letter or a digit: a name that travels in URLs, headers and logs. */
export function isJobTypeName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(value)
}
