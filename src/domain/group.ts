/**
 * A group: jobs that were submitted under one name, counted. Closed, and with every job ended, it is completed.
 * Times are milliseconds since the epoch.
 */
import type { FinishedJob } from './job.ts'

/** How many jobs of a group ended how. */
export type GroupEnds = Record<FinishedJob['status'], number>

/** A group as it is stored. */
export interface Group {
  tenantId: string
  name: string
  createdAt: number
  /** No more jobs will come. */
  closedAt: number | null
  /** And all have ended. */
  completedAt: number | null
  /** Jobs that have not ended. */
  open: number
  ended: GroupEnds
}

/** The group with one more job ended this way. */
export function withEnd(group: Group, status: FinishedJob['status']): Group {
  return { ...group, open: group.open - 1, ended: { ...group.ended, [status]: group.ended[status] + 1 } }
}

/** The group, closed. */
export function closeGroup(group: Group, now: number): Group {
  return { ...group, closedAt: group.closedAt ?? now }
}

/** The group as completed; null while it is not closed, or a job of it has not ended. */
export function completedGroup(group: Group, now: number): (Group & { completedAt: number }) | null {
  return group.closedAt === null || group.open > 0 ? null : { ...group, completedAt: now }
}
