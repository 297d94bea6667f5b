/** Decides whose time passes while a thread does not respond, and when the thread is replaced. */
import { UNRESPONSIVE_MS } from './scheduling.ts'

/** A run waits so long for another that holds their thread, before it is restarted elsewhere: milliseconds. */
export const MAX_STALL_MS = 10_000

/** The time of a run that its thread has started. */
export interface RunTime {
  id: number
  /** What counts against its time limit, milliseconds. */
  chargedMs: number
  /** The part of it that was charged since the thread last responded, while another run may have held the thread. */
  disputedMs: number
}

/** One health check of a thread. */
export interface HealthCheck {
  /** Milliseconds since the check before. */
  elapsedMs: number
  /** Milliseconds for which the thread has not responded; 0 when it has since the check before. */
  unresponsiveMs: number
  /** The run whose code executed last; 0 when it belongs to no run. */
  executing: number
}

/**
 * Time is charged to every run of a thread that responds. While a thread does not respond it is charged to the run that executes in
 * it; the other runs get back what they were charged before the thread counted as unresponsive.
 */
export function chargeTime(run: RunTime, { elapsedMs, unresponsiveMs, executing }: HealthCheck): RunTime {
  if (unresponsiveMs === 0) return { ...run, chargedMs: run.chargedMs + elapsedMs, disputedMs: 0 }
  if (run.id === executing) return { ...run, chargedMs: run.chargedMs + elapsedMs }
  if (unresponsiveMs >= UNRESPONSIVE_MS) return { ...run, chargedMs: run.chargedMs - run.disputedMs, disputedMs: 0 }
  return { ...run, chargedMs: run.chargedMs + elapsedMs, disputedMs: run.disputedMs + elapsedMs }
}

/** A thread that does not respond. */
export interface UnresponsiveThread {
  unresponsiveMs: number
  /** Whose code executes. `unknown`: code of no run, or of a run that has ended. */
  executing: { kind: 'run'; id: number } | { kind: 'abandoned' } | { kind: 'unknown' }
  /** The runs that the thread has started. `leftMs`: milliseconds until their time limit. */
  started: readonly { id: number; leftMs: number }[]
}

/** What to do about it. `suspects` are restarted each alone in a thread, `others` beside other runs. */
export type UnresponsiveAction =
  | { kind: 'wait' }
  | { kind: 'replace'; reason: string; suspects: readonly number[]; others: readonly number[] }

/**
 * A handler may compute up to its own time limit. Its thread is replaced when other runs have waited for ten seconds; the handler
 * goes on alone. An abandoned handler may not hold its thread at all. When it is not known whose code executes, the thread
 * is replaced when the time of the first run that may be the cause is over.
 */
export function decideUnresponsive({ unresponsiveMs, executing, started }: UnresponsiveThread): UnresponsiveAction {
  if (unresponsiveMs < UNRESPONSIVE_MS) return { kind: 'wait' }
  const ids = started.map(({ id }) => id)
  if (executing.kind === 'abandoned')
    return { kind: 'replace', reason: 'a handler whose run has been settled holds it', suspects: [], others: ids }
  if (executing.kind === 'run') {
    const others = ids.filter((id) => id !== executing.id)
    if (others.length === 0 || unresponsiveMs < MAX_STALL_MS) return { kind: 'wait' }
    return { kind: 'replace', reason: 'a handler holds it while others wait', suspects: [executing.id], others }
  }
  const patience = Math.min(MAX_STALL_MS, ...started.map(({ leftMs }) => leftMs))
  if (unresponsiveMs < patience) return { kind: 'wait' }
  return { kind: 'replace', reason: 'it answers nothing', suspects: ids, others: [] }
}
