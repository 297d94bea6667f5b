import type { GroupStatement } from '../../steps/groups.ts'
import { guarded, type Statement } from './statement.ts'

const ONE = 'tenant_id = @tenant_id AND name = @name'

/** The text of every write of a group. */
export const GROUP_STATEMENTS: Readonly<Record<GroupStatement, Statement>> = {
  joinGroup: guarded(`
    INSERT INTO job_groups (tenant_id, name, created_at, changed_at, open_jobs, completed_jobs, failed_jobs, canceled_jobs)
    VALUES (@tenant_id, @name, @at, @at, 1, 0, 0, 0)
    ON CONFLICT (tenant_id, name) DO UPDATE SET open_jobs = open_jobs + 1, changed_at = excluded.changed_at WHERE closed_at IS NULL`),
  leaveGroup: guarded(`
    UPDATE job_groups SET
      open_jobs = open_jobs - 1, completed_jobs = completed_jobs + @completed, failed_jobs = failed_jobs + @failed,
      canceled_jobs = canceled_jobs + @canceled, changed_at = @at
    WHERE ${ONE} AND (closed_at IS NULL OR open_jobs > 1)`),
  closeGroup: guarded(`UPDATE job_groups SET closed_at = @at, changed_at = @at WHERE ${ONE} AND closed_at IS NULL AND open_jobs > 0`),
  completeGroup: guarded(`
    UPDATE job_groups SET
      open_jobs = 0, completed_jobs = @completed, failed_jobs = @failed, canceled_jobs = @canceled,
      closed_at = @closed_at, completed_at = @completed_at, changed_at = @completed_at
    WHERE ${ONE} AND completed_at IS NULL AND open_jobs = @open_before
      AND completed_jobs + failed_jobs + canceled_jobs = @ended_before`),
  purgeGroups: guarded(`
    DELETE FROM job_groups WHERE rowid IN (
      SELECT rowid FROM job_groups INDEXED BY job_groups_changed
      WHERE changed_at <= @before AND open_jobs = 0 ORDER BY changed_at LIMIT @limit)`),
}
