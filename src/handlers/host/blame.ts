/** Who took a thread down. Pure. */

export interface Loss {
  /** The run whose code is known to have done it. */
  culprit: number | null
  /** Runs the thread had begun. */
  begun: readonly number[]
  leftOvers: number
}

export type Verdict = 'guilty' | 'suspect' | 'innocent'

/**
 * A known culprit acquits the others, and who was alone is guilty. Otherwise it may have been each of them: they are begun
 * anew, each alone in a thread, where it can be no other.
 */
export function verdictOn(run: number, { culprit, begun, leftOvers }: Loss): Verdict {
  if (culprit !== null) return run === culprit ? 'guilty' : 'innocent'
  return begun.length === 1 && leftOvers === 0 ? 'guilty' : 'suspect'
}

/** After so many times anew through no fault of its own a run gets a thread to itself. */
const RESTARTS_AMONG_OTHERS = 2
/** After so many the attempt counts as lost: something keeps its threads from living. */
const RESTARTS = 8

export function afterRestart(restarts: number): 'among others' | 'alone' | 'lost' {
  if (restarts > RESTARTS) return 'lost'
  return restarts > RESTARTS_AMONG_OTHERS ? 'alone' : 'among others'
}

/** How long to wait with a new thread after so many that were lost, or not to be started, in a row: milliseconds. */
export function backoff(losses: number): number {
  return losses === 0 ? 0 : Math.min(30_000, 250 * 2 ** losses)
}
