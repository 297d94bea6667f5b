/** A thread that answers nothing: whose time it is, and when the thread is taken away. Pure. */
import { SILENT_MS } from './placement.ts'

/** So long a run waits for another that holds their thread, before it is begun anew elsewhere: milliseconds. */
export const STALL_MS = 10_000

/** Time of a run that its thread has begun. */
export interface RunTime {
  id: number
  /** What counts against its limit, milliseconds. */
  countedMs: number
  /** Of that, what has been counted since the thread was last heard of while somebody else may have held it. */
  disputedMs: number
}

export interface Look {
  /** Since the look before, milliseconds. */
  elapsedMs: number
  /** For how long the thread has not been heard of; 0: it has been, since the look before. */
  silentMs: number
  /** The run whose code went on last; 0 is nobody's. */
  holder: number
}

/**
 * Time counts for every run of a thread that answers. Of a silent one it counts for the run that holds it; what the others
 * were charged before the silence was noticed is given back to them.
 */
export function countTime(run: RunTime, { elapsedMs, silentMs, holder }: Look): RunTime {
  if (silentMs === 0) return { ...run, countedMs: run.countedMs + elapsedMs, disputedMs: 0 }
  if (run.id === holder) return { ...run, countedMs: run.countedMs + elapsedMs }
  if (silentMs >= SILENT_MS) return { ...run, countedMs: run.countedMs - run.disputedMs, disputedMs: 0 }
  return { ...run, countedMs: run.countedMs + elapsedMs, disputedMs: run.disputedMs + elapsedMs }
}

export interface Silence {
  silentMs: number
  /** `nobody`: code of no run, or of none that is known any more. */
  holder: { kind: 'run'; id: number } | { kind: 'leftOver' } | { kind: 'nobody' }
  /** Runs the thread has begun, with what is left of their time. */
  begun: readonly { id: number; leftMs: number }[]
}

/** What is to be done about a silent thread. `suspects` are begun anew each alone, `innocents` among the others. */
export type Sentence = { kind: 'wait' } | { kind: 'take'; reason: string; suspects: readonly number[]; innocents: readonly number[] }

/**
 * A handler may compute up to its own limit. The thread is taken from it when others have waited for ten seconds: they are
 * innocent, and it goes on alone. A left-over has no claim to its thread. Silence of nobody known ends with the time of the first
 * who may be its cause.
 */
export function judgeSilence({ silentMs, holder, begun }: Silence): Sentence {
  if (silentMs < SILENT_MS) return { kind: 'wait' }
  const ids = begun.map(({ id }) => id)
  if (holder.kind === 'leftOver')
    return { kind: 'take', reason: 'a handler whose run has been settled holds it', suspects: [], innocents: ids }
  if (holder.kind === 'run') {
    const others = ids.filter((id) => id !== holder.id)
    if (others.length === 0 || silentMs < STALL_MS) return { kind: 'wait' }
    return { kind: 'take', reason: 'a handler holds it while others wait', suspects: [holder.id], innocents: others }
  }
  const patience = Math.min(STALL_MS, ...begun.map(({ leftMs }) => leftMs))
  if (silentMs < patience) return { kind: 'wait' }
  return { kind: 'take', reason: 'it answers nothing', suspects: ids, innocents: [] }
}
