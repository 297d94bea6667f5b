import type { Explanation } from '../../domain/explain.ts'
import { timestamp } from './timestamp.ts'

/** Why a delivery is where it is. */
export function explanationDocument({ state, because, nextAttemptAt }: Explanation) {
  return {
    state,
    because: because.map(({ code, detail, since, until }) => ({ code, detail, since: timestamp(since), until: timestamp(until) })),
    next_attempt_at: timestamp(nextAttemptAt),
  }
}
