import type { Group } from '../../domain/group.ts'
import { timestamp } from './timestamp.ts'

/**
 * The document of a group.
 *
 * @param running jobs of it that run now
 */
export function groupDocument({ name, createdAt, closedAt, completedAt, open, ended }: Group, running: number) {
  const { completed, failed, canceled } = ended
  return {
    name,
    status: completedAt !== null ? 'completed' : closedAt !== null ? 'closed' : 'open',
    created_at: timestamp(createdAt),
    closed_at: timestamp(closedAt),
    completed_at: timestamp(completedAt),
    jobs: open + completed + failed + canceled,
    counts: { pending: Math.max(0, open - running), running: Math.min(open, running), completed, failed, canceled },
  }
}
