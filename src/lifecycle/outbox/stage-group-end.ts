import { eventBody } from '../../domain/event.ts'
import { completedGroup, type Group, withEnd } from '../../domain/group.ts'
import type { FinishedJob } from '../../domain/job.ts'
import type { Write } from '../../ports/change.ts'
import { groupDocument } from '../../wire/documents/group.ts'
import { endpointTargets } from './endpoint-targets.ts'
import type { OutboxContext } from './event-writes.ts'
import { stageEvent } from './stage-event.ts'

/**
 * What the end of a job is for its group: one job less, and with the last one of a closed group the event `group.completed`. Whether it is
 * the last is read before, so the writes are guarded by it: a commit that misses is staged anew.
 */
export async function stageGroupEnd(context: OutboxContext, { group: name, tenantId, status, finishedAt }: FinishedJob): Promise<Write[]> {
  const before = name === undefined ? null : await context.store.groups.find(tenantId, name)
  if (before === null || before.completedAt !== null) return []
  const completed = completedGroup(withEnd(before, status), finishedAt)
  if (completed === null) return [{ write: 'leaveGroup', tenantId, name: before.name, status, at: finishedAt }]
  return stageCompleted(context, completed, before)
}

/** The writes of a group that is completed now. */
export async function stageCompleted(context: OutboxContext, group: Group & { completedAt: number }, before: Group): Promise<Write[]> {
  const type = 'group.completed'
  const { tenantId, completedAt } = group
  const body = eventBody(type, completedAt, JSON.stringify(groupDocument(group, 0)))
  const event = { id: context.ids.next('evt'), tenantId, type, jobId: null, body, createdAt: completedAt }
  const told = await stageEvent(context, event, null, await endpointTargets(context, tenantId, type))
  return [{ write: 'completeGroup', group, before }, ...told]
}
