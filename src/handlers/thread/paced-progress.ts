/**
 * In the thread: reports, cut to their bounds and thinned out, so that a handler that reports in a tight loop, or names a step
 * for each row, costs the main thread no more than a few messages a second.
 */
import { CUT_MARK, cutText } from '../../domain/cut.ts'
import { type Cut, type HandlerReport, MAX_PROGRESS_MESSAGE, MAX_STEP_NAME, MAX_STEPS, type WorkReport } from '../../domain/progress.ts'

/** Milliseconds between two progress reports of a run. */
const PACE = 50
/** Steps are told at once while they come slowly: so many in a row, and one more in every PACE. */
const BURST = 20

export interface Reporter {
  /** Sent at once, or kept as the newest until its time comes. */
  progress(percent: number, message: string | null): void
  /** Sent after what came before it: at once, or as the newest of this step when its time comes. */
  step(name: string, status: 'running' | 'completed' | 'failed'): void
  /** Something was longer than its bound; told at the end. */
  cut(what: Cut): void
  /** Sends what is kept. What comes later is dropped: the run has ended. */
  end(): void
}

/** A kept progress is replaced by the next, a kept step by the next of its name; no step is named by a number. */
const PROGRESS = 0

/** `declared` are the steps of the job type; `now` in milliseconds from anywhere; `later` calls back after so many milliseconds and answers its cancel. */
export function pacedReporter(
  send: (reports: HandlerReport[]) => void,
  declared: readonly string[],
  now: () => number,
  later: (ms: number, run: () => void) => () => void,
): Reporter {
  const names = new Set(declared)
  const cuts = new Map<Cut, number>()
  const kept = new Map<string | typeof PROGRESS, WorkReport>()
  let sentAt = Number.NEGATIVE_INFINITY
  let progressAt = Number.NEGATIVE_INFINITY
  let allowance = BURST
  let allowedAt = now()
  let cancel: (() => void) | null = null
  let ended = false

  function flush(): void {
    cancel?.()
    cancel = null
    if (kept.size === 0) return
    sentAt = now()
    if (kept.has(PROGRESS)) progressAt = sentAt
    send([...kept.values()])
    kept.clear()
  }

  /** The clock is asked as well as the timer: in a handler that computes no timer fires. */
  function say(key: string | typeof PROGRESS, report: WorkReport, atOnce: boolean): void {
    // To the end: the newest report is told last.
    kept.delete(key)
    kept.set(key, report)
    if (atOnce) flush()
    else cancel ??= later(Math.max(0, sentAt + PACE - now()), flush)
  }

  function takeAllowance(): boolean {
    const at = now()
    allowance = Math.min(BURST, allowance + (at - allowedAt) / PACE)
    allowedAt = at
    if (allowance < 1) return false
    allowance -= 1
    return true
  }

  function count(what: Cut): void {
    cuts.set(what, (cuts.get(what) ?? 0) + 1)
  }

  /** Under which name a step is kept: those that find no place are one. */
  function placeOf(name: string, status: string): string {
    if (names.has(name)) return name
    if (names.size < MAX_STEPS - 1) {
      names.add(name)
      return name
    }
    if (status === 'running') count('steps')
    return CUT_MARK
  }

  return {
    progress(percent, message) {
      if (ended) return
      if (message !== null && message.length > MAX_PROGRESS_MESSAGE) count('message')
      // A figure without words keeps the words of the one it replaces.
      const before = kept.get(PROGRESS)
      const words = message === null ? (before?.kind === 'progress' ? before.message : null) : cutText(message, MAX_PROGRESS_MESSAGE)
      say(PROGRESS, { kind: 'progress', percent, message: words }, now() >= progressAt + PACE)
    },
    step(name, status) {
      if (ended) return
      if (name.length > MAX_STEP_NAME && status === 'running') count('step_name')
      const shown = cutText(name, MAX_STEP_NAME)
      say(placeOf(shown, status), { kind: 'step', name: shown, status }, takeAllowance())
    },
    cut: count,
    end() {
      flush()
      if (!ended && cuts.size > 0) send([...cuts].map(([what, times]) => ({ kind: 'cut', what, count: times })))
      ended = true
    },
  }
}
