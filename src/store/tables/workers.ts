import { column, key, type RowOf, table } from './column.ts'

export const workers = table('workers', {
  id: key(column('text')),
  started_at: column('time'),
  renewed_at: column('time'),
  /** What the process told of itself at its last heartbeat. */
  card: { ...column('text'), byDefault: '{}' },
})

export type WorkerRow = RowOf<typeof workers>
