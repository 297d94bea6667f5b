import type { Attempt } from '../domain/attempt.ts'
import { isFinished } from '../domain/job.ts'
import type { Write } from '../ports/change.ts'
import type { Store } from '../ports/store.ts'
import type { Counters } from './counters.ts'

/**
 * The store, counting what its commits make true: once each, and only after the answer that it is durable. Facts are counted
 * here and not where they are decided, because only here is it known which decision was written.
 *
 * @param labelOf the label of a job type
 */
export function meteredStore(store: Store, counters: Counters, labelOf: (type: string) => string): Store {
  function count(write: Write): void {
    switch (write.write) {
      case 'insertJob':
        counters.submitted.inc({ type: labelOf(write.job.type) })
        break
      case 'updateJob':
        if (isFinished(write.job)) counters.ended.inc({ type: labelOf(write.job.type), status: write.job.status })
        break
      case 'insertAttempt':
        counters.attempts.inc({ outcome: outcomeOf(write.attempt) })
        counters.attemptSeconds.observe(write.attempt.ms / 1000)
        break
      case 'insertDelivery':
      case 'updateDelivery':
        if (write.delivery.status === 'dead') counters.deadLetters.inc({ reason: write.delivery.reason })
        break
    }
  }

  return {
    ...store,
    async commit(change) {
      const written = await store.commit(change)
      if (written) change.forEach(count)
      return written
    },
  }
}

function outcomeOf({ status, error }: Attempt): string {
  return status === null ? (error ?? 'unknown') : `${Math.floor(status / 100)}xx`
}
