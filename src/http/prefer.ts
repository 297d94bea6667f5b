/** The `Prefer` header (RFC 7240), as far as we honour it: `wait` and `respond-async`. */
import { invalidRequest } from './validate.ts'

/** Longer waits are cut to this many seconds. */
const MAX_WAIT_SECONDS = 60

export interface Preference {
  /** Seconds to hold the answer, at most 60; null = not asked for. */
  wait: number | null
  respondAsync: boolean
}

/** Of a preference given twice the first counts, and unknown ones are ignored, as the RFC says. Refuses a `wait` that is not a number. */
export function readPrefer(header: string | null): Preference {
  const preference: Preference = { wait: null, respondAsync: false }
  if (header === null) return preference
  for (const part of header.split(',')) {
    const [name = '', value = ''] = (part.split(';')[0] ?? '').split('=').map((text) => text.trim())
    if (name.toLowerCase() === 'respond-async') preference.respondAsync = true
    if (name.toLowerCase() === 'wait' && preference.wait === null) preference.wait = waitSeconds(value.replace(/^"(.*)"$/, '$1'), 'Prefer')
  }
  return preference
}

/** A whole number of seconds from its text, cut to the longest wait. Refuses anything else, naming where it stood. */
export function waitSeconds(text: string, pointer: string): number {
  if (!/^\d+$/.test(text)) throw invalidRequest([{ pointer, detail: 'wait is a whole number of seconds, 0 or more.' }])
  return Math.min(MAX_WAIT_SECONDS, Number(text))
}

/** What of it was applied, as `Preference-Applied`; empty when nothing was asked for. */
export function preferenceApplied({ wait, respondAsync }: Preference): Record<string, string> {
  const applied = [...(respondAsync ? ['respond-async'] : []), ...(wait === null ? [] : [`wait=${wait}`])]
  return applied.length === 0 ? {} : { 'preference-applied': applied.join(', ') }
}
