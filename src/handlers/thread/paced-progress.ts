/** In the thread: progress reports, thinned out, so that a handler that reports in a tight loop does not flood the main thread. */
import type { Report } from '../../domain/progress.ts'

/** Milliseconds between two progress reports of a run. */
const PACE = 50

export interface Reporter {
  /** Sent at once, or kept as the newest until its time comes. */
  progress(percent: number, message: string | null): void
  /** Always sent, after the progress that came before it. */
  step(name: string, status: 'running' | 'completed' | 'failed'): void
  /** Sends what is kept. What comes later is dropped: the run has ended. */
  end(): void
}

/** `now` in milliseconds from anywhere; `later` calls back after so many milliseconds and answers its cancel. */
export function pacedReporter(
  send: (report: Report) => void,
  now: () => number,
  later: (ms: number, run: () => void) => () => void,
): Reporter {
  let kept: Report | null = null
  let sentAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null
  let ended = false

  function flush(): void {
    cancel?.()
    cancel = null
    if (kept === null) return
    send(kept)
    kept = null
    sentAt = now()
  }

  return {
    progress(percent, message) {
      if (ended) return
      // A figure without words keeps the words of the one it replaces.
      const words = message ?? (kept?.kind === 'progress' ? kept.message : null)
      kept = { kind: 'progress', percent, message: words }
      const wait = sentAt + PACE - now()
      // The clock is asked as well as the timer: in a handler that computes no timer fires.
      if (wait <= 0) flush()
      else cancel ??= later(wait, flush)
    },
    step(name, status) {
      if (ended) return
      flush()
      send({ kind: 'step', name, status })
    },
    end() {
      flush()
      ended = true
    },
  }
}
