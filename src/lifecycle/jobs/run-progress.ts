import { applyReport, initialProgress, type Progress, type Report } from '../../domain/progress.ts'
import type { Clock } from '../../ports/runtime.ts'

/** Progress reaches the store at most so often per job, milliseconds. */
const WRITE_EVERY_MS = 250

/** The progress of one run, and what of it the store does not have yet. In memory. */
export interface RunProgress {
  /** Null until the handler has reported something. */
  current(): Progress | null
  hasUnwritten(): boolean
  /** Folds a report; a write is asked for when one is due. */
  report(report: Exclude<Report, { kind: 'cut' }>): void
  /** A write of the current progress begins: it counts as written. */
  writing(): void
  /** That write failed. */
  writeFailed(): void
  /** Asks for no more writes. */
  stop(): void
}

/**
 * @param steps the declared steps of the job's type
 * @param write is asked to write the current progress, at most four times a second
 */
export function createRunProgress(clock: Clock, steps: readonly string[], write: () => void): RunProgress {
  const initial = initialProgress(steps)
  let progress: Progress | null = null
  let isUnwritten = false
  let wroteAt = Number.NEGATIVE_INFINITY
  let cancelTimer: (() => void) | null = null

  function writeNow(): void {
    cancelTimer = null
    wroteAt = clock.monotonic()
    write()
  }

  return {
    current: () => progress,
    hasUnwritten: () => isUnwritten,
    report(report) {
      progress = report.kind === 'restart' ? initial : applyReport(progress ?? initial, report)
      isUnwritten = true
      if (cancelTimer !== null) return
      const wait = wroteAt + WRITE_EVERY_MS - clock.monotonic()
      if (wait <= 0) writeNow()
      else cancelTimer = clock.after(wait, writeNow)
    },
    writing() {
      isUnwritten = false
    },
    writeFailed() {
      isUnwritten = true
    },
    stop: () => cancelTimer?.(),
  }
}
