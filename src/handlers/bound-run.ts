/** A run that ends for certain: by its work, by its time limit or by an abort. */
import type { RunOutcome } from '../domain/job-outcome.ts'
import { GRACE_MS, StopRun } from '../ports/executor.ts'
import type { Clock } from '../ports/runtime.ts'

/** What ends a run besides its work. */
export interface Bounds {
  clock: Clock
  /** The signal of the run; its reason may be a `StopRun`. */
  signal: AbortSignal
  /** Calls `expire` when the run has taken too long. The returned function cancels this. */
  limit(expire: () => void): () => void
}

/**
 * Does `work` and aborts its signal at the limit, or when the signal of the run is aborted. The work then has a grace period to end;
 * after that the run settles without it. A run that reached its limit is a `timeout`, whatever the work returns later. Under an
 * aborted signal the work is not started and the run is `handed_back`. Rejects as `work` does.
 */
export function boundRun({ clock, signal, limit }: Bounds, work: (signal: AbortSignal) => Promise<RunOutcome>): Promise<RunOutcome> {
  if (signal.aborted) return Promise.resolve({ kind: 'handed_back' })
  const inner = new AbortController()
  const { promise, resolve, reject } = Promise.withResolvers<RunOutcome>()
  let timedOut = false
  let graceEndsAt = Number.POSITIVE_INFINITY
  let cancelGrace = () => {}

  function stop(reason: unknown): void {
    const graceMs = reason instanceof StopRun ? reason.graceMs : GRACE_MS
    const endsAt = clock.monotonic() + graceMs
    // A second reason to stop may shorten the grace of the first and never extends it: who cancels was told by when the run ends.
    if (endsAt < graceEndsAt) {
      graceEndsAt = endsAt
      cancelGrace()
      // The timer starts before the work is told to stop, because the work may end at once.
      cancelGrace = clock.deadline(graceMs, () => resolve({ kind: timedOut ? 'timeout' : 'handed_back' }))
    }
    inner.abort(reason)
  }
  function expire(): void {
    timedOut = true
    stop(new StopRun('timeout', GRACE_MS))
  }
  const abort = (): void => stop(signal.reason)

  signal.addEventListener('abort', abort, { once: true })
  const cancelLimit = limit(expire)
  work(inner.signal).then((outcome) => resolve(timedOut ? { kind: 'timeout' } : outcome), reject)
  return promise.finally(() => {
    cancelLimit()
    cancelGrace()
    signal.removeEventListener('abort', abort)
  })
}
