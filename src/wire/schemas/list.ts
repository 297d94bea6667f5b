/** Lists: which page is asked for, and the page that answers. */
import { z } from 'zod'
import { Moment } from './time.ts'

/** Which page of a list. */
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
    .meta({ description: 'The operator’s view only: another tenant, or `*` for all. Adds `tenant_id` to every document.' }),
  ...CursorParameters,
}

/** The query of a request that moves many records of a tenant. */
export const TenantQuery = z.strictObject({ tenant: PageParameters.tenant })

/** The query of a request about something that one tenant has. */
export const OneTenantQuery = z.strictObject({
  tenant: z
    .string()
    .regex(/^tnt_[0-9a-z]{1,64}$/, 'Must be the id of a tenant.')
    .optional()
    .meta({ description: 'Operator only: another tenant. Adds `tenant_id` to the document.' }),
})

/** When the records of a list were created. */
export const CreatedRange = {
  created_after: Moment.optional(),
  created_before: Moment.optional(),
}

/** A page of documents of this schema. */
export function listSchema(item: z.ZodType) {
  return z.object({
    data: z.array(item),
    has_more: z.boolean().meta({ description: 'A page may be short and still have more.' }),
    next_cursor: z.string().nullable(),
  })
}
