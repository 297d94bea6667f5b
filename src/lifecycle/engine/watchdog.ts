import { KINDS, type Kind } from '../../ports/kinds.ts'
import type { Context } from '../process/context.ts'

/** What is due at one look and still first in its lane at the next waits for somebody who does not come, milliseconds. */
export const WATCH_EVERY_MS = 30_000

/** What is first in a lane that is due, and how many looks have found it there. */
interface Head {
  lane: string
  dueAt: number
  looks: number
}

/**
 * The watchdog: a call warns of lanes whose first due record is the one of the call before, once for each record. Then no worker
 * is alive or free, or a limit of the tenant holds its jobs up. Destinations behind an open breaker wait on purpose.
 */
export function createWatchdog({
  store,
  clock,
  log,
  workerCount,
}: Pick<Context, 'store' | 'clock' | 'log' | 'workerCount'>): () => Promise<void> {
  const heads: Record<Kind, readonly Head[]> = { job: [], delivery: [] }

  return async () => {
    const heldBack = new Set(await store.destinations.openBreakers())
    for (const kind of KINDS) {
      const now = clock.now()
      const before = new Map(heads[kind].map((head) => [`${head.lane} ${head.dueAt}`, head]))
      heads[kind] = (await store.lanes.waiting(kind))
        .filter(({ lane, dueAt }) => dueAt <= now && !heldBack.has(lane))
        .map((head) => ({ ...head, looks: 1 + (before.get(`${head.lane} ${head.dueAt}`)?.looks ?? 0) }))
      const untaken = heads[kind].filter(({ looks }) => looks === 2).toSorted((a, b) => a.dueAt - b.dueAt)
      const [first] = untaken
      if (first === undefined) continue
      const seconds = Math.round((now - first.dueAt) / 1_000)
      log.warn(
        { kind, lanes: untaken.length, lane: first.lane, seconds, workers: workerCount.current() },
        'work is due and nobody takes it',
      )
    }
  }
}
