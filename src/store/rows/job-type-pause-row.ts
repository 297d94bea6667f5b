/** A row of `job_type_pauses` and the domain's pause. */
import type { JobTypePause } from '../../domain/pause.ts'
import type { JobTypePauseRow } from '../tables/job-type-pauses.ts'

/** The row of a pause. */
export function jobTypePauseRow({ type, pausedAt, pausedUntil }: JobTypePause): JobTypePauseRow {
  return { type, paused_at: pausedAt, paused_until: pausedUntil }
}

/** The pause of a row. The columns are not checked. */
export function parseJobTypePause(row: JobTypePauseRow): JobTypePause {
  return { type: row.type, pausedAt: row.paused_at, pausedUntil: row.paused_until }
}
