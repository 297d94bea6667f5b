/** Flags for the ceilings of a tenant. */
import type { Given, OptionSpec } from '../../call/command.ts'
import { integer } from '../../call/values.ts'

const NAMES = ['submits-per-minute', 'pending-jobs', 'running-jobs'] as const

/** One flag for each ceiling. */
export const LIMIT_OPTIONS: readonly OptionSpec[] = NAMES.map((name) => ({
  flags: `--${name} <N>`,
  about: 'a ceiling; none when absent',
  parse: integer(1, Number.MAX_SAFE_INTEGER),
}))

/** The ceilings that were given; undefined for none. */
export function limitsOf(given: Given): Record<string, number> | undefined {
  const limits = NAMES.flatMap((name) => (given.has(name) ? [[name.replaceAll('-', '_'), given.number(name)]] : []))
  return limits.length === 0 ? undefined : Object.fromEntries(limits)
}
