/** Decides which thread gets a run, and when one more thread is started. */

/** What is known of a thread that has loaded the module of the run. */
export interface ThreadView {
  /** Runs that it has started or was posted. */
  runs: number
  /** Handlers that continue after their runs were settled. */
  abandoned: number
  /** Milliseconds since its event loop last went round. */
  unresponsiveMs: number
  /** It has a run that must have no other beside it. */
  hasExclusiveRun: boolean
}

/** A thread that is unresponsive for so long gets no more runs, and what it has not started is taken back: milliseconds. */
export const UNRESPONSIVE_MS = 500
/** A run waits so long for a thread that is being started before it goes to a thread that has other runs: milliseconds. */
const START_WAIT_MS = 500

/** What a run needs. */
export interface RunNeeds {
  /** No other run beside it. */
  exclusive: boolean
  /** Milliseconds it has waited for a thread. */
  waitedMs: number
}

/** What the pool has to give for it. */
export interface Capacity {
  /** Threads that are being started for the same runs. */
  starting: number
  /** The most threads that answer and have no exclusive run. */
  limit: number
  /** Runs that wait for a thread to themselves. */
  waitingExclusive: number
}

/** `use` is the index of a thread in the list; null when the run has to wait. `start` is true when one more thread is to be started. */
export function placeRun(threads: readonly ThreadView[], needs: RunNeeds, capacity: Capacity): { use: number | null; start: boolean } {
  const open = threads.flatMap((thread, place) => (isAvailable(thread) ? [{ ...thread, place }] : []))
  const best = open.toSorted((a, b) => load(a) - load(b))[0]
  const isIdle = best !== undefined && best.runs === 0
  if (isIdle && !(needs.exclusive && best.abandoned > 0)) return { use: best.place, start: false }
  if (needs.exclusive) return { use: null, start: capacity.starting < capacity.waitingExclusive }
  const start = open.length + capacity.starting < capacity.limit
  const waits = best === undefined || ((start || capacity.starting > 0) && needs.waitedMs < START_WAIT_MS)
  return { use: waits ? null : best.place, start }
}

/** Whether there are more available threads than `limit`, so that one without runs can end. */
export function isSurplus(threads: readonly ThreadView[], limit: number): boolean {
  return threads.filter(isAvailable).length > limit
}

function isAvailable({ unresponsiveMs, hasExclusiveRun }: ThreadView): boolean {
  return unresponsiveMs < UNRESPONSIVE_MS && !hasExclusiveRun
}

/** A thread that did not answer its last health check comes after all that did. */
function load({ runs, abandoned, unresponsiveMs }: ThreadView): number {
  return (runs > 0 && unresponsiveMs > 0 ? 1e6 : 0) + 100 * runs + abandoned
}
