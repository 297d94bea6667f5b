import { column, key, type RowOf, table } from './column.ts'

/** Processes that take turns, with the time of their last heartbeat. */
export const workers = table('workers', {
  id: key(column('text')),
  started_at: column('time'),
  renewed_at: column('time'),
  /** What the process told of itself at its last heartbeat. */
  card: { ...column('text'), byDefault: '{}' },
})

/** A row of `workers`. */
export type WorkerRow = RowOf<typeof workers>
