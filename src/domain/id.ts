/** Ids: `<kind>_` and a UUIDv7 (RFC 9562 section 5.7) as 32 lowercase hex digits, so they sort by creation. Pure. */

/** When an id was made, milliseconds since the epoch; null for a text that is not one of ours. */
export function createdAt(id: string): number | null {
  const time = /^[a-z]+_([0-9a-f]{12})[0-9a-f]{20}$/.exec(id)?.[1]
  return time === undefined ? null : Number.parseInt(time, 16)
}
