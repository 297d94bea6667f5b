import { type AttemptReport, afterAttempt, type Destination, type DestinationPolicy, newDestination } from '../../domain/destination.ts'
import type { Write } from '../../ports/change.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'

/** The limits and breakers of destinations, read and written through the store. */
export interface Destinations {
  /** The destination as it is, or as it is before its first attempt. */
  get(id: string): Promise<Destination>
  /**
   * Takes an attempt into account; resolves when what it changes is stored.
   *
   * @param stage what is committed together with the step from failing to not failing, or back
   */
  report(id: string, report: AttemptReport, stage?: StageStep): Promise<void>
}

/** The writes that go with a destination's step. */
export type StageStep = (step: DestinationStep) => Promise<Write[]>

/** A destination fails from now on, or answers again: what its tenant is told. */
export interface DestinationStep {
  type: 'destination.failing' | 'destination.recovered'
  destination: Destination
}

/** Limits and breakers: rows of the store, so they hold over all workers and survive a restart. */
export function createDestinations(context: CommitContext, policy: DestinationPolicy): Destinations {
  const { store, log } = context
  /** Reports that wait for the write under way to this destination; they share the next one. */
  const underWay = new Map<string, { waiting: AttemptReport[]; written: Promise<void> }>()
  const nothing: StageStep = async () => []

  async function get(id: string): Promise<Destination> {
    return (await store.destinations.find(id)) ?? newDestination(id, policy)
  }

  async function decide(id: string, reports: readonly AttemptReport[], stage: StageStep): Promise<void> {
    await retrying(`destination ${id}`, async () => {
      const before = await get(id)
      const after = reports.reduce((destination, report) => afterAttempt(destination, report, policy), before)
      if (after === before) return
      const destination = { ...after, version: before.version + 1 }
      const type = stepOf(before, destination)
      const told = type === null ? [] : await stage({ type, destination })
      if (!(await commit(context, [{ write: 'putDestination', destination }, ...told]))) return 'lost'
      tellBreaker(before, destination, reports)
      return
    })
  }

  function stepOf(before: Destination, after: Destination): DestinationStep['type'] | null {
    if ((before.failingToldAt === null) === (after.failingToldAt === null)) return null
    return after.failingToldAt === null ? 'destination.recovered' : 'destination.failing'
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

  async function drain(id: string, waiting: AttemptReport[], stage: StageStep): Promise<void> {
    try {
      while (waiting.length > 0) await decide(id, waiting.splice(0), stage)
    } finally {
      underWay.delete(id)
    }
  }

  return {
    get,
    report(id, report, stage = nothing) {
      const busy = underWay.get(id)
      if (busy) {
        busy.waiting.push(report)
        return busy.written
      }
      const waiting = [report]
      const written = drain(id, waiting, stage)
      underWay.set(id, { waiting, written })
      return written
    },
  }
}
