import type { DeadLetterFilter, ReplayCounts } from '../../ports/deliveries.ts'
import type { Context } from '../process/context.ts'

/** The dead letters that a replay of this filter would move, without a limit. Largest groups first. */
export async function countReplay(
  { store }: Pick<Context, 'store'>,
  filter: DeadLetterFilter,
): Promise<{ total: number; groups: ReplayCounts['groups'] }> {
  const groups = new Map<string, ReplayCounts['groups'][number]>()
  let before: number | null = null
  do {
    const window: ReplayCounts = await store.deliveries.countReplayable(filter, before)
    for (const group of window.groups) {
      const key = `${group.origin} ${group.reason}`
      groups.set(key, { ...group, count: group.count + (groups.get(key)?.count ?? 0) })
    }
    before = window.next
  } while (before !== null)
  const largestFirst = [...groups.values()].sort((a, b) => b.count - a.count)
  return { total: largestFirst.reduce((sum, { count }) => sum + count, 0), groups: largestFirst }
}
