/** Building blocks of every schema: ids, times, texts, lists. Each says in the API page what it checks here. */
import { z } from 'zod'
import { ERROR_CODES } from '../../domain/errors.ts'
import { DEFAULT_TENANT_ID } from '../../domain/tenant.ts'
import type { IdKind } from '../../ports/runtime.ts'

/** An id of one kind. A path parameter that does not fit is not looked up. */
export function idSchema(kind: IdKind) {
  return z
    .string()
    .regex(new RegExp(`^${kind}_[0-9a-z]{1,64}$`), `Not an id that begins with ${kind}_.`)
    .meta({ example: kind === 'tnt' ? DEFAULT_TENANT_ID : `${kind}_019a9e3c5d2f7a10b5c3d4e5f6071829` })
}

export const IdParams = (kind: IdKind) => z.object({ id: idSchema(kind) })

/** Text that every store keeps as it is: no lone surrogates, no NUL. Length in UTF-16 units. */
export function textSchema(min: number, max: number) {
  return z
    .string()
    .min(min, `Must have at least ${min} character${min === 1 ? '' : 's'}.`)
    .max(max, `Must have at most ${max} characters.`)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'Must be well-formed Unicode without NUL.')
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i

/** A moment in RFC 3339, any offset. Read it with `momentOf`. */
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

/** A time as we write it. */
export const Time = z.string().meta({ format: 'date-time', example: '2026-12-01T00:00:00.000Z' })

/**
 * An object of strings, or null. zod drops a member named `__proto__` in silence; what we cannot keep we refuse.
 * `judge` says what else is wrong, or nothing.
 */
export function stringMap(description: string, judge: (map: Record<string, string>) => readonly { path: string[]; message: string }[]) {
  return z
    .custom<Record<string, string>>((value) => !(typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__')), {
      error: 'A member cannot be named __proto__.',
    })
    .pipe(z.record(z.string(), z.string()))
    .superRefine((map, context) => {
      for (const { path, message } of judge(map)) context.addIssue({ code: 'custom', path, message })
    })
    .nullish()
    .meta({ type: ['object', 'null'], additionalProperties: { type: 'string' }, description })
}

/** Which page of a list. Read by `readPage`. */
export const CursorParameters = {
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'Must be a whole number from 1 to 100.')
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: 100, default: 20 }),
  cursor: z.string().optional().meta({ description: '`next_cursor` of the page before.' }),
}

/** Which page of a list that belongs to a tenant. */
export const PageParameters = {
  tenant: z
    .string()
    .regex(/^(?:tnt_[0-9a-z]{1,64}|\*)$/, 'Must be the id of a tenant, or *.')
    .optional()
    .meta({ description: 'Operator only: another tenant, or `*` for all. Adds `tenant_id` to every document.' }),
  ...CursorParameters,
}

export const CreatedRange = {
  created_after: Moment.optional(),
  created_before: Moment.optional(),
}

export function listSchema(item: z.ZodType) {
  return z.object({
    data: z.array(item),
    has_more: z.boolean().meta({ description: 'A page may be short and still have more.' }),
    next_cursor: z.string().nullable(),
  })
}

/** Why a job failed. */
export const JobError = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  details: z.unknown().nullable(),
  internal: z
    .object({ name: z.string(), message: z.string(), stack: z.string() })
    .optional()
    .meta({ description: 'What really happened. For keys with `admin` only, in `GET /v1/jobs` and `GET /v1/jobs/{id}`.' }),
})

export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(ERROR_CODES),
    request_id: z.string().meta({ example: 'req_019a9e3c5d2f7a10b5c3d4e5f6071829' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'A JSON pointer into the body, `?name` of a query parameter, or the name of a header.' }),
          detail: z.string(),
        }),
      )
      .optional(),
    error: JobError.optional().meta({ description: 'With `job_failed`: the error of the job.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' })
