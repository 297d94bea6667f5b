import { type CommitContext, commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'

/** Jobs removed at a time: with a callback and its tombstone a job is seven rows or more, so a commit has about a hundred. */
const BATCH = 14
/** Destinations forgotten in one round. */
const IDLE_DESTINATIONS = 500
/** Sessions that are over, entries of the audit log and groups, removed in one round. */
const SMALL_ROWS = 500
/**
 * Pause between two batches, which leaves room for work: at least so many milliseconds, and so many times as long as the last batch
 * took.
 */
const PAUSE = { least: 15, times: 4 }
/** A tenant's own purged id is distinguished from an unknown one for at least this long (docs/contract.md#jobs). */
const MIN_TOMBSTONE_MS = 24 * 60 * 60 * 1000
const LONGEST_INTERVAL_MS = 60_000

/** How often to purge: often enough that little outlives its retention by more than a tenth. */
export function purgeEveryMs(retentionMs: number): number {
  return Math.min(LONGEST_INTERVAL_MS, Math.max(1_000, retentionMs / 10))
}

/**
 * Removes what is past its retention: jobs with all that hangs on them, leaving tombstones; tombstones; events without a job;
 * what is known of destinations that nothing has changed for as long; entries of the audit log; groups; sessions that are over.
 */
export async function purge(context: CommitContext & Pick<Context, 'settings'>): Promise<number> {
  const { store, clock, settings } = context
  let purged = 0
  for (;;) {
    const startedAt = clock.monotonic()
    const now = clock.now()
    const settledBefore = now - settings.retentionMs
    const goneUntil = now + Math.max(settings.retentionMs, MIN_TOMBSTONE_MS)
    const ids = await store.jobs.expired(settledBefore, BATCH)
    await Promise.all(ids.map((jobId) => commit(context, [{ write: 'purgeJob', jobId, settledBefore, goneUntil }])))
    const buried = await commit(context, [{ write: 'purgeTombstones', before: now, limit: BATCH }])
    const events = await store.events.expired(settledBefore, BATCH)
    await Promise.all(events.map((id) => commit(context, [{ write: 'purgeEvent', id, endedBefore: settledBefore }])))
    purged += ids.length
    if (ids.length < BATCH && events.length < BATCH && !buried) {
      await commit(context, [{ write: 'purgeDestinations', before: settledBefore, limit: IDLE_DESTINATIONS }])
      await commit(context, [{ write: 'purgeSessions', before: now, limit: SMALL_ROWS }])
      await commit(context, [{ write: 'purgeGroups', before: settledBefore, limit: SMALL_ROWS }])
      await commit(context, [{ write: 'purgeAudit', before: settledBefore, limit: SMALL_ROWS }])
      return purged
    }
    const pauseMs = Math.max(PAUSE.least, PAUSE.times * (clock.monotonic() - startedAt))
    await clock.sleep(pauseMs)
  }
}
