/** A moment as documents have it: RFC 3339, UTC, with milliseconds. Takes milliseconds since the epoch; null stays null. */
export function timestamp(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
