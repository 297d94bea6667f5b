/** Moments on the wire: RFC 3339. */
import { z } from 'zod'

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i

/** A moment that a caller sends, with any offset. `momentOf` reads it. */
export const Moment = z
  .string()
  .refine((text) => isMoment(text), 'Must be a time in RFC 3339, such as 2026-12-01T00:00:00.000Z.')
  .meta({ format: 'date-time', example: '2026-12-01T00:00:00.000Z' })

/** Milliseconds since the epoch of a valid `Moment`; null for an absent one. */
export function momentOf(text: string | null | undefined): number | null {
  return text == null ? null : Date.parse(text.toUpperCase())
}

function isMoment(text: string): boolean {
  const [, year, month, day] = RFC3339.exec(text) ?? []
  const at = new Date(momentOf(text) ?? Number.NaN)
  // An offset can lead out of the years that RFC 3339 can write.
  if (day === undefined || !(at.getUTCFullYear() >= 0 && at.getUTCFullYear() <= 9999)) return false
  // Date.parse takes 30 February for 2 March.
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
}

/** A moment as the service writes it: UTC, milliseconds. */
export const Time = z.string().meta({ format: 'date-time', example: '2026-12-01T00:00:00.000Z' })
