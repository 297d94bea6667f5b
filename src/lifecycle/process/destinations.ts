import { type AttemptReport, afterAttempt, type Destination, type DestinationPolicy, newDestination } from '../../domain/destination.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'

/** The limits and breakers of destinations, read and written through the store. */
export interface Destinations {
  /** The destination as it is, or as it is before its first attempt. */
  get(id: string): Promise<Destination>
  /** Takes an attempt into account; resolves when what it changes is stored. */
  report(id: string, report: AttemptReport): Promise<void>
}

/** Limits and breakers: rows of the store, so they hold over all workers and survive a restart. */
export function createDestinations(context: CommitContext, policy: DestinationPolicy): Destinations {
  const { store, log } = context
  /** Reports that wait for the write under way to this destination; they share the next one. */
  const underWay = new Map<string, { waiting: AttemptReport[]; written: Promise<void> }>()

  async function get(id: string): Promise<Destination> {
    return (await store.destinations.find(id)) ?? newDestination(id, policy)
  }

  async function decide(id: string, reports: readonly AttemptReport[]): Promise<void> {
    await retrying(`destination ${id}`, async () => {
      const before = await get(id)
      const after = reports.reduce((destination, report) => afterAttempt(destination, report, policy), before)
      if (after === before) return
      const destination = { ...after, version: before.version + 1 }
      if (!(await commit(context, [{ write: 'putDestination', destination }]))) return 'lost'
      tellBreaker(before, destination, reports)
      return
    })
  }

  /** By the process whose try did it. */
  function tellBreaker(
    before: Destination,
    { tenantId, origin, failures, openUntil }: Destination,
    reports: readonly AttemptReport[],
  ): void {
    const about = { tenant: tenantId, destination: origin }
    if (before.openSince === null && openUntil !== null) {
      const error = reports.findLast(({ kind }) => kind !== 'ok')?.error
      log.warn(
        { ...about, failures, error, probe_at: new Date(openUntil).toISOString() },
        'a breaker opened: the destination keeps failing',
      )
    }
    if (before.openSince !== null && openUntil === null) {
      log.info({ ...about, since: new Date(before.openSince).toISOString() }, 'a breaker closed: the destination answers again')
    }
  }

  async function drain(id: string, waiting: AttemptReport[]): Promise<void> {
    try {
      while (waiting.length > 0) await decide(id, waiting.splice(0))
    } finally {
      underWay.delete(id)
    }
  }

  return {
    get,
    report(id, report) {
      const busy = underWay.get(id)
      if (busy) {
        busy.waiting.push(report)
        return busy.written
      }
      const waiting = [report]
      const written = drain(id, waiting)
      underWay.set(id, { waiting, written })
      return written
    },
  }
}
