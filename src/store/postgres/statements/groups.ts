import type { GroupStatement } from '../../steps/groups.ts'
import { guarded, type WriteStatement } from './statement.ts'

const GROUP = ['job_groups', 'tenant_id', 'name'] as const
const ONE = 'tenant_id = @tenant_id AND name = @name'
const OVER = 'changed_at <= @before AND open_jobs = 0'

/** The text of every write of a group. */
export const GROUP_STATEMENTS: Readonly<Record<GroupStatement, WriteStatement>> = {
  joinGroup: guarded(
    `INSERT INTO job_groups (tenant_id, name, created_at, changed_at, open_jobs, completed_jobs, failed_jobs, canceled_jobs)
    VALUES (@tenant_id, @name, @at, @at, 1, 0, 0, 0)
    ON CONFLICT (tenant_id, name) DO UPDATE SET open_jobs = job_groups.open_jobs + 1, changed_at = excluded.changed_at
    WHERE job_groups.closed_at IS NULL`,
    GROUP,
  ),
  leaveGroup: guarded(
    `UPDATE job_groups SET
      open_jobs = open_jobs - 1, completed_jobs = completed_jobs + @completed, failed_jobs = failed_jobs + @failed,
      canceled_jobs = canceled_jobs + @canceled, changed_at = @at
    WHERE ${ONE} AND (closed_at IS NULL OR open_jobs > 1)`,
    GROUP,
  ),
  closeGroup: guarded(
    `UPDATE job_groups SET closed_at = @at, changed_at = @at WHERE ${ONE} AND closed_at IS NULL AND open_jobs > 0`,
    GROUP,
  ),
  completeGroup: guarded(
    `UPDATE job_groups SET
      open_jobs = 0, completed_jobs = @completed, failed_jobs = @failed, canceled_jobs = @canceled,
      closed_at = @closed_at, completed_at = @completed_at, changed_at = @completed_at
    WHERE ${ONE} AND completed_at IS NULL AND open_jobs = @open_before
      AND completed_jobs + failed_jobs + canceled_jobs = @ended_before`,
    GROUP,
  ),
  /** A group that is joined meanwhile stays. */
  purgeGroups: guarded(`
    DELETE FROM job_groups WHERE ${OVER} AND (tenant_id, name) IN (
      SELECT tenant_id, name FROM job_groups WHERE ${OVER} ORDER BY changed_at LIMIT @limit)`),
}
