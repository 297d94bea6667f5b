import { closeGroup as closed, completedGroup, type Group } from '../../domain/group.ts'
import { notFound } from '../access/find-job.ts'
import { commit } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'
import { stageCompleted } from '../outbox/stage-group-end.ts'
import type { Context } from '../process/context.ts'

/**
 * Says that no more jobs will come to a group: with the end of the last one, or at once when all have ended, it is completed. One that is
 * closed already stays as it is. Refuses with `not_found` a group that no job was submitted in.
 */
export function closeGroup(context: Context, tenantId: string, name: string): Promise<Group> {
  return retrying(`group ${name}`, async () => {
    const before = await context.store.groups.find(tenantId, name)
    if (before === null) throw notFound()
    if (before.closedAt !== null) return before
    const now = context.clock.now()
    const after = closed(before, now)
    const completed = completedGroup(after, now)
    if (completed === null) return (await commit(context, [{ write: 'closeGroup', tenantId, name, at: now }])) ? after : 'lost'
    return (await commit(context, await stageCompleted(context, completed, before))) ? completed : 'lost'
  })
}
