/** Decides which run took a thread down, and how a run that lost its thread goes on. */

/** What is known of a thread that was lost. */
export interface LostThread {
  /** The run whose code is known to have caused the loss; null when it is not known. */
  culprit: number | null
  /** The runs that the thread had started. */
  started: readonly number[]
  /** Handlers that continued in the thread after their runs were settled. */
  abandoned: number
}

/** Whether a run caused the loss, may have caused it, or did not. */
export type Attribution = 'at_fault' | 'suspect' | 'unaffected'

/**
 * A known culprit clears the other runs. A run that was alone in its thread is at fault. Otherwise each run is a suspect: it is
 * restarted alone in a thread, where a second loss can only be its own.
 */
export function attributeFault(run: number, { culprit, started, abandoned }: LostThread): Attribution {
  if (culprit !== null) return run === culprit ? 'at_fault' : 'unaffected'
  return started.length === 1 && abandoned === 0 ? 'at_fault' : 'suspect'
}

/** A run that was restarted more often through no fault of its own gets a thread to itself. */
const MAX_SHARED_RESTARTS = 2
/** A run that was restarted more often has lost its attempt: something prevents its threads from living. */
const MAX_RESTARTS = 8

/** How a run goes on that has been restarted so many times: beside others, alone in a thread, or not at all. */
export function afterRestart(restarts: number): 'shared' | 'exclusive' | 'lost' {
  if (restarts > MAX_RESTARTS) return 'lost'
  return restarts > MAX_SHARED_RESTARTS ? 'exclusive' : 'shared'
}

/** Milliseconds to wait with a new thread after so many threads in a row were lost or could not be started. */
export function backoff(losses: number): number {
  return losses === 0 ? 0 : Math.min(30_000, 250 * 2 ** losses)
}
