/** Outcomes that a process wanted to record and could not: while there is one, it must begin nothing new (docs/guarantees.md, D6). */
import type { Change } from '../../src/ports/change.ts'
import type { ModelClock } from './clock.ts'
import { violated } from './violation.ts'

export interface Unrecorded {
  refused(owner: string, change: Change): void
  /** Taken, or found to be somebody else's by now. */
  taken(owner: string, change: Change): void
  /** The process is no more. */
  forget(owner: string): void
  /** `what` begins in the process. What was under way when the first refusal came may begin at that moment, and not later. */
  check(owner: string, what: string): void
}

export function createUnrecorded(clock: ModelClock): Unrecorded {
  /** Since when, by the monotonic clock. */
  const waiting = new Map<string, Map<string, number>>()
  const of = (owner: string) => waiting.get(owner) ?? new Map<string, number>()
  return {
    refused(owner, change) {
      const outcomes = of(owner)
      for (const key of outcomesIn(change)) if (!outcomes.has(key)) outcomes.set(key, clock.monotonic())
      waiting.set(owner, outcomes)
    },
    taken(owner, change) {
      for (const key of outcomesIn(change)) of(owner).delete(key)
    },
    forget: (owner) => void waiting.delete(owner),
    check(owner, what) {
      const since = Math.min(...of(owner).values())
      if (since < clock.monotonic()) {
        violated('D6', `${owner} begins ${what} although since ${clock.monotonic() - since} ms an outcome cannot be recorded`)
      }
    },
  }
}

/** A try of a delivery, and a run that has a result: nobody but their process writes these. */
function outcomesIn(change: Change): string[] {
  return change.flatMap((write) => {
    if (write.write === 'insertAttempt') return [write.attempt.deliveryId]
    return write.write === 'insertResult' ? [write.jobId] : []
  })
}
