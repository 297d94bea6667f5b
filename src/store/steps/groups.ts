/** The writes of groups as steps. */
import type { Write } from '../../ports/change.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type GroupStatement = 'joinGroup' | 'leaveGroup' | 'closeGroup' | 'completeGroup' | 'purgeGroups'

type GroupStep = Step<GroupStatement>
type Of<Name extends Write['write']> = Extract<Write, { write: Name }>

/** One more job. Guarded: the group is not closed. */
export function joinGroup({ tenantId, name, at }: Of<'joinGroup'>): GroupStep[] {
  return [{ statement: 'joinGroup', params: { tenant_id: tenantId, name, at } }]
}

/** One job less. Guarded: it is not the last one of a closed group. */
export function leaveGroup({ tenantId, name, status, at }: Of<'leaveGroup'>): GroupStep[] {
  const added = Object.fromEntries(['completed', 'failed', 'canceled'].map((one) => [one, one === status ? 1 : 0]))
  return [{ statement: 'leaveGroup', params: { tenant_id: tenantId, name, at, ...added } }]
}

/** Guarded: the group is open, and has open jobs. */
export function closeGroup({ tenantId, name, at }: Of<'closeGroup'>): GroupStep[] {
  return [{ statement: 'closeGroup', params: { tenant_id: tenantId, name, at } }]
}

/** Guarded by the counts before. */
export function completeGroup({ group, before }: Of<'completeGroup'>): GroupStep[] {
  const { completed, failed, canceled } = group.ended
  const params = {
    ...{ tenant_id: group.tenantId, name: group.name, closed_at: group.closedAt, completed_at: group.completedAt },
    ...{ completed, failed, canceled, open_before: before.open },
    ended_before: before.ended.completed + before.ended.failed + before.ended.canceled,
  }
  return [{ statement: 'completeGroup', params }]
}

/** At most `limit` groups of before. */
export function purgeGroups({ before, limit }: Of<'purgeGroups'>): GroupStep[] {
  return [{ statement: 'purgeGroups', params: { before, limit } }]
}
