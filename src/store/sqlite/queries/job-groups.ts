/**
 * The queue of a tenant, walked without ever touching a job that is not due. The index `jobs_queue` holds pending jobs
 * by priority, type and due time, so the jobs of one priority and type (a group) that are due lie side by side, however
 * many wait for later. A tenant has few groups, and each costs one seek.
 */
import type Database from 'better-sqlite3'

/** Jobs of one priority and one type. */
export interface Group {
  priority: number
  type: string
}

const PENDING = `FROM jobs INDEXED BY jobs_queue WHERE tenant_id = ? AND status = 'pending'`

/** Two statements, because SQLite does not seek on `(priority, type) < (?, ?)`: it would walk through the whole group. */
export const GROUP_STATEMENTS = {
  firstGroup: `SELECT priority, type ${PENDING} ORDER BY priority DESC, type DESC LIMIT 1`,
  nextType: `SELECT priority, type ${PENDING} AND priority = ? AND type < ? ORDER BY type DESC LIMIT 1`,
  nextPriority: `SELECT priority, type ${PENDING} AND priority < ? ORDER BY priority DESC, type DESC LIMIT 1`,
}

/** Gives the tenant's groups, highest priority first. */
export function jobGroups(db: Database.Database): (tenantId: string) => Generator<Group> {
  const first = db.prepare<[string], Group>(GROUP_STATEMENTS.firstGroup)
  const nextType = db.prepare<[string, number, string], Group>(GROUP_STATEMENTS.nextType)
  const nextPriority = db.prepare<[string, number], Group>(GROUP_STATEMENTS.nextPriority)
  return function* (tenantId) {
    let group = first.get(tenantId)
    while (group !== undefined) {
      yield group
      group = nextType.get(tenantId, group.priority, group.type) ?? nextPriority.get(tenantId, group.priority)
    }
  }
}
