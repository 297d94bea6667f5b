/** A run in the hands of the pool. */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import type { Report } from '../../domain/progress.ts'
import type { Run } from '../../ports/executor.ts'
import type { Clock } from '../../ports/runtime.ts'
import type { PoolThread } from './pool-thread.ts'

/** `waiting` for a thread → `posted` to one → `begun` by it → `ended`; back to waiting when it is withdrawn or its thread is lost. */
export interface PoolRun {
  /** In messages. Another one each time it is posted: what a lost thread said of it before is dropped. */
  id: number
  readonly run: Run
  state: 'waiting' | 'posted' | 'begun' | 'ended'
  thread: PoolThread | null
  claim: SharedArrayBuffer | null
  /** Wants no other run beside it. */
  alone: boolean
  /** By `clock.monotonic()`. */
  waitsSince: number
  /** By `clock.now()`; null: not begun. */
  beganAt: number | null
  /** As of `RunTime`. */
  countedMs: number
  disputedMs: number
  /** How often it was begun anew. */
  restarts: number
  /** Why it was told to stop; null: it was not. */
  stopped: string | null
  report(report: Report): void
  /** Its time is over. */
  expire(): void
  settle(outcome: RunOutcome): void
}

export function newPoolRun(run: Run, report: PoolRun['report'], clock: Clock): PoolRun {
  return {
    id: 0,
    run,
    state: 'waiting',
    thread: null,
    claim: null,
    alone: false,
    waitsSince: clock.monotonic(),
    beganAt: null,
    countedMs: 0,
    disputedMs: 0,
    restarts: 0,
    stopped: null,
    report,
    expire() {},
    settle() {},
  }
}
