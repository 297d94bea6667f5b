import { column, key, type RowOf, table } from './column.ts'

/** Job types of which no run begins. */
export const job_type_pauses = table('job_type_pauses', {
  type: key(column('text')),
  paused_at: column('time'),
  paused_until: column('time'),
})

/** A row of `job_type_pauses`. */
export type JobTypePauseRow = RowOf<typeof job_type_pauses>
