import type { JobTypePauseStatement } from '../../steps/job-type-pauses.ts'
import { job_type_pauses } from '../../tables/job-type-pauses.ts'
import { insertInto } from '../../tables/sql-text.ts'
import { LOCK_TYPE_PAUSES } from './pause-locks.ts'
import { guarded, plain, statement, type WriteStatement } from './statement.ts'

const PAUSE = ['job_type_pauses', 'type'] as const
const WAITED = `type = @type AND status = 'pending' AND waiting_since IS NOT NULL AND waiting_since < @until::bigint AND lease IS NULL`

/** In the order in which groups of changes lock jobs. */
const LOCK_WAITING = statement(`SELECT 1 FROM jobs WHERE ${WAITED} ORDER BY id FOR NO KEY UPDATE`)

/** The text of every write of a job type's pause. */
export const JOB_TYPE_PAUSE_STATEMENTS: Readonly<Record<JobTypePauseStatement, WriteStatement>> = {
  putJobTypePause: plain(
    `${insertInto(job_type_pauses)} ON CONFLICT (type) DO UPDATE SET paused_until = excluded.paused_until`,
    PAUSE,
    LOCK_TYPE_PAUSES,
  ),
  dropJobTypePause: guarded('DELETE FROM job_type_pauses WHERE type = @type AND paused_until = @paused_until', PAUSE),
  lengthenPatience: plain(
    `UPDATE jobs SET waiting_since = waiting_since + (@until::bigint - greatest(@since::bigint, waiting_since)), version = version + 1
    WHERE ${WAITED}`,
    PAUSE,
    LOCK_WAITING,
  ),
}
