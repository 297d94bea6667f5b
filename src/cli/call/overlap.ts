/** How a rotation of a secret overlaps. */
import type { Given, OptionSpec } from './command.ts'
import { integer } from './values.ts'

const WEEK = 7 * 24 * 60 * 60

/** The flag of every rotation. */
export const OVERLAP_OPTION: OptionSpec = {
  flags: '--overlap <SECONDS>',
  about: 'both secrets sign for so long: a day when absent, 0 to end the old one now',
  parse: integer(0, WEEK),
}

/** The body of the request. */
export function overlapBody(given: Given): string {
  return JSON.stringify({ overlap_seconds: given.number('overlap') })
}
