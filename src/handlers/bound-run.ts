/** A run that ends for certain: by its work, by its limit, or by an abort. */
import type { RunOutcome } from '../domain/job-outcome.ts'
import { GRACE_MS, StopRun } from '../ports/executor.ts'
import type { Clock } from '../ports/runtime.ts'

export interface Bounds {
  clock: Clock
  /** Of the run; its reason may be a `StopRun`. */
  signal: AbortSignal
  /** Calls `expire` when the run has taken too long; the answer cancels it. */
  limit(expire: () => void): () => void
}

/**
 * Does `work`, whose signal is aborted at the limit and when the run's is. It then has the grace to end; after that the run
 * settles without it. What the limit has judged is a `timeout`, whatever the work brings later. Never begins under an
 * aborted signal. Rejects as `work` does.
 */
export function boundRun({ clock, signal, limit }: Bounds, work: (signal: AbortSignal) => Promise<RunOutcome>): Promise<RunOutcome> {
  if (signal.aborted) return Promise.resolve({ kind: 'handed_back' })
  const inner = new AbortController()
  const { promise, resolve, reject } = Promise.withResolvers<RunOutcome>()
  let timedOut = false
  let cancelGrace = () => {}

  function stop(reason: unknown): void {
    cancelGrace()
    // Before the work hears of it: it may end at once.
    const graceMs = reason instanceof StopRun ? reason.graceMs : GRACE_MS
    cancelGrace = clock.deadline(graceMs, () => resolve({ kind: timedOut ? 'timeout' : 'handed_back' }))
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
