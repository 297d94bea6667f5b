import type { JobTypePauseStatement } from '../../steps/job-type-pauses.ts'
import { job_type_pauses } from '../../tables/job-type-pauses.ts'
import { insertInto } from '../../tables/sql-text.ts'
import { guarded, plain, type Statement } from './statement.ts'

/** The text of every write of a job type's pause. */
export const JOB_TYPE_PAUSE_STATEMENTS: Readonly<Record<JobTypePauseStatement, Statement>> = {
  putJobTypePause: plain(`${insertInto(job_type_pauses)} ON CONFLICT (type) DO UPDATE SET paused_until = excluded.paused_until`),
  dropJobTypePause: guarded('DELETE FROM job_type_pauses WHERE type = @type AND paused_until = @paused_until'),
  lengthenPatience: plain(`
    UPDATE jobs INDEXED BY jobs_waiting
    SET waiting_since = waiting_since + (@until - max(@since, waiting_since)), version = version + 1
    WHERE type = @type AND status = 'pending' AND waiting_since IS NOT NULL AND waiting_since < @until AND lease IS NULL`),
}
