/**
 * Reports of a run, cut to their bounds and throttled, so that a handler that reports in a tight loop, or names a step for each
 * row, costs the main thread a few messages a second at most.
 */
import { CUT_MARK, cutText } from '../../domain/cut.ts'
import { type Cut, type HandlerReport, MAX_PROGRESS_MESSAGE, MAX_STEP_NAME, MAX_STEPS, type WorkReport } from '../../domain/progress.ts'

/** Milliseconds between two progress reports of a run. */
const PACE = 50
/** So many steps in a row are sent at once, and one more in every PACE. */
const BURST = 20

/** The reports of one run. */
export interface Reporter {
  /** Sends progress at once, or keeps the newest until it may be sent. */
  progress(percent: number, message: string | null): void
  /** Sends a step after what was reported before it: at once, or as the newest state of this step when it may be sent. */
  step(name: string, status: 'running' | 'completed' | 'failed'): void
  /** Counts something that was longer than its bound. The counts are sent at the end. */
  cut(what: Cut): void
  /** Sends what is kept. Later reports are dropped, because the run has ended. */
  end(): void
}

/**
 * The key of kept progress. It is a number, so it is no step's name. The next progress replaces it, as the next state of a step
 * replaces the kept one.
 */
const PROGRESS = 0

/**
 * `declared` are the steps of the job type. `now` returns milliseconds since any moment. `later` calls back after so many milliseconds and
 * returns a function that cancels this.
 */
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

  /** Reads the clock too, because no timer fires while a handler computes. */
  function say(key: string | typeof PROGRESS, report: WorkReport, atOnce: boolean): void {
    // Deleted first, so that it goes to the end: the newest report is sent last.
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

  /** The name under which a step is kept. Steps beyond the limit share one. */
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
      // Progress without a message keeps the message of the one it replaces.
      const before = kept.get(PROGRESS)
      const text = message === null ? (before?.kind === 'progress' ? before.message : null) : cutText(message, MAX_PROGRESS_MESSAGE)
      say(PROGRESS, { kind: 'progress', percent, message: text }, now() >= progressAt + PACE)
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
