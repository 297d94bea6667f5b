import type { DeadLetterGroup } from '../../ports/deliveries.ts'
import { timestamp } from './timestamp.ts'

/** Dead letters of one destination and one reason, counted. */
export function deadLetterGroupDocument(group: DeadLetterGroup) {
  return {
    destination: group.origin,
    reason: group.reason,
    count: group.count,
    oldest_at: timestamp(group.oldestAt),
    newest_at: timestamp(group.newestAt),
  }
}
