import type { Change, Write } from '../../src/ports/change.ts'
import type { Store } from '../../src/ports/store.ts'
import type { ModelDatabase } from './database.ts'

/**
 * The store of one process, watched: a process whose lock is gone commits nothing over a job or delivery that it does not
 * hold a lease of any more (docs/guarantees.md, D21).
 */
export function watchLeases(
  store: Store,
  database: ModelDatabase,
  owner: string,
  isOutdated: () => boolean,
  trouble: (what: string) => void,
): Store {
  function isStale(write: Write): boolean {
    if (write.write === 'updateJob') return holderOf(database.job(write.job.id)?.lease) !== owner
    if (write.write !== 'updateDelivery') return false
    const { status, id } = write.delivery
    // What waits past its horizon may be ended by anybody who sees it.
    return status !== 'dead' && holderOf(database.delivery(id)?.lease) !== owner
  }

  /** A client's cancel needs no lease: it ends a job that nobody holds, or leaves the wish for its holder. */
  function isCancel([first]: Change): boolean {
    if (first?.write !== 'updateJob') return false
    const { job } = first
    const lease = database.job(job.id)?.lease
    return lease === null ? job.status === 'canceled' : job.status === 'running' && job.lease === lease && job.cancelRequested
  }

  return {
    ...store,
    async commit(change) {
      const stale = isOutdated() && change.some(isStale)
      // Whoever asked for it has lost the connection together with the lock.
      if (stale && isCancel(change)) return new Promise(() => {})
      const written = await store.commit(change)
      if (written && stale) trouble(`D21: ${owner}, which lost its lock, wrote over a record it no longer holds: ${nameOf(change[0])}`)
      return written
    },
  }
}

/** The worker a lease belongs to. */
function holderOf(lease: string | null | undefined): string | undefined {
  return lease?.split('.')[0]
}

function nameOf(write: Write | undefined): string {
  if (write?.write === 'updateJob') return `${write.job.id} became ${write.job.status}`
  return write?.write === 'updateDelivery' ? `${write.delivery.id} became ${write.delivery.status}` : String(write?.write)
}
