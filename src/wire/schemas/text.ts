/** Texts and maps of texts that callers send. Each schema says in the API page what it checks here. */
import { z } from 'zod'

/** Text that every store keeps as it is: no lone surrogates, no NUL. Length in UTF-16 units. */
export function textSchema(min: number, max: number) {
  return z
    .string()
    .min(min, `Must have at least ${min} character${min === 1 ? '' : 's'}.`)
    .max(max, `Must have at most ${max} characters.`)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'Must be well-formed Unicode without NUL.')
}

/**
 * An object of strings, or null. A member named `__proto__` is refused, because zod would drop it without a word.
 * `check` gives whatever else is wrong, each with its path in the map.
 */
export function stringMap(description: string, check: (map: Record<string, string>) => readonly { path: string[]; message: string }[]) {
  return z
    .custom<Record<string, string>>((value) => !(typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__')), {
      error: 'A member cannot be named __proto__.',
    })
    .pipe(z.record(z.string(), z.string()))
    .superRefine((map, context) => {
      for (const { path, message } of check(map)) context.addIssue({ code: 'custom', path, message })
    })
    .nullish()
    .meta({ type: ['object', 'null'], additionalProperties: { type: 'string' }, description })
}
