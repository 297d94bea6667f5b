/** Which deliveries a request means that moves many of them at once. */
import { z } from 'zod'

const All = z.literal(true, { error: 'Must be true, or absent.' }).optional()
const NOTHING_CHOSEN = 'Name at least one member, or `all`: nothing is moved by accident.'

/** `{ "filter": { … } }` with at least one of these members, `{ "filter": { "all": true } }` or `{ "all": true }`, and `more` beside. */
export function bulkChoice<Members extends z.ZodRawShape, More extends z.ZodRawShape>(members: Members, more: More) {
  const filter = z
    .strictObject({ all: All, ...members })
    .refine((chosen) => Object.keys(chosen).length > 0, { message: NOTHING_CHOSEN })
    .refine((chosen) => !('all' in chosen) || Object.keys(chosen).length === 1, { message: '`all` stands alone.' })
  return z
    .strictObject({ all: All, filter: filter.optional(), ...more })
    .refine((body: { all?: unknown; filter?: unknown }) => (body.all === undefined) !== (body.filter === undefined), {
      message: 'Give `filter` or `all`, and one of them only.',
    })
}
