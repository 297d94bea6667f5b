/** The `Prefer` header (RFC 7240): the preferences `wait` and `respond-async`. */
import { invalidRequest } from './validate.ts'

/** A longer wait is cut to so many seconds; `wait` without a value asks for the longest. */
const MAX_WAIT_SECONDS = 60
/** One preference with its parameters: up to a comma that stands in no quoted string. */
const PREFERENCES = /(?:"(?:[^"\\]|\\.)*"|[^,])+/g
/** Its name and value; what follows a `;` are parameters. */
const PREFERENCE = /^\s*([!#$%&'*+.^`|~\w-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)\s*)?(?:;.*)?$/s

/** What a client prefers. */
export interface Preference {
  /** Seconds to hold the answer, at most 60; null = not asked for. */
  wait: number | null
  respondAsync: boolean
}

/**
 * The preferences in a header. The first of two with one name counts, and unknown and malformed ones are ignored, as the RFC says.
 * Refuses with `invalid_request` a `wait` whose value is no whole number.
 */
export function readPrefer(header: string | null): Preference {
  const preference: Preference = { wait: null, respondAsync: false }
  for (const [part] of (header ?? '').matchAll(PREFERENCES)) {
    const [, name = '', value = ''] = PREFERENCE.exec(part) ?? []
    if (name.toLowerCase() === 'respond-async') preference.respondAsync = true
    if (name.toLowerCase() === 'wait') preference.wait ??= preferredWait(value.replace(/^"(.*)"$/, '$1'))
  }
  return preference
}

/** A whole number of seconds from its text, cut to the longest wait. Refuses anything else with `invalid_request` at `pointer`. */
export function waitSeconds(text: string, pointer: string): number {
  if (!/^\d+$/.test(text)) throw invalidRequest([{ pointer, detail: 'wait is a whole number of seconds, 0 or more.' }])
  return Math.min(MAX_WAIT_SECONDS, Number(text))
}

/** The header `Preference-Applied`; nothing when nothing was asked for. */
export function preferenceApplied({ wait, respondAsync }: Preference): Record<string, string> {
  const applied = [...(respondAsync ? ['respond-async'] : []), ...(wait === null ? [] : [`wait=${wait}`])]
  return applied.length === 0 ? {} : { 'preference-applied': applied.join(', ') }
}

/** An empty value is the same as none (RFC 7240 section 2). */
function preferredWait(value: string): number {
  return value === '' ? MAX_WAIT_SECONDS : waitSeconds(value, 'Prefer')
}
