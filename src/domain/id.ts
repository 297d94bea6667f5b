/** Ids: `<kind>_` and a UUIDv7 (RFC 9562 section 5.7) as 32 lowercase hex digits, so they sort by creation. */

/** When an id was made, milliseconds since the epoch; null for a text that is not one of ours. */
export function createdAt(id: string): number | null {
  const time = /^[a-z]+_([0-9a-f]{12})[0-9a-f]{20}$/.exec(id)?.[1]
  return time === undefined ? null : Number.parseInt(time, 16)
}

const NO_RANDOM_BITS = '70008000000000000000'

/** Not an id of anything: it names a moment in what was empty then. Made of a UUIDv7 without random bits. */
export function beginningId(kind: string, at: number): string {
  return `${kind}_${at.toString(16).padStart(12, '0')}${NO_RANDOM_BITS}`
}

/** Whether this text was made by `beginningId`. */
export function isBeginningId(id: string): boolean {
  return createdAt(id) !== null && id.endsWith(NO_RANDOM_BITS)
}
