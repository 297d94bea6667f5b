import { column, index, oneOf, type RowOf, table, unique } from './column.ts'

/** Who is logged in to the pages, and until when. */
export const sessions = table(
  'sessions',
  {
    seq: column('sequence'),
    /** SHA-256 of the id; the id itself is never stored. */
    id_hash: unique(column('bytes')),
    key_id: column('text'),
    created_at: column('time'),
    expires_at: column('time'),
    tenant_id: column('text'),
    scopes: column('text'),
    origin: oneOf<'login' | 'portal'>(),
  },
  [index('sessions_key', ['key_id']), index('sessions_expiry', ['expires_at'])],
)

/** A row of `sessions`. */
export type SessionRow = RowOf<typeof sessions>
