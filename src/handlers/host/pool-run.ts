/** A run as the pool keeps it. */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import type { Report } from '../../domain/progress.ts'
import type { Run } from '../../ports/executor.ts'
import type { Clock } from '../../ports/runtime.ts'
import type { RunClaim } from '../run-claim.ts'
import type { PoolThread } from './pool-thread.ts'

/**
 * `waiting` for a thread → `posted` to one → `started` by it → `ended`. A run waits again when it is revoked or its thread is lost.
 */
export interface PoolRun {
  /** Names the run in messages. It changes each time the run is posted, so that messages of a lost thread are dropped. */
  id: number
  readonly run: Run
  state: 'waiting' | 'posted' | 'started' | 'ended'
  thread: PoolThread | null
  /** Null until it has been posted. */
  claim: RunClaim | null
  /** It must have no other run beside it. */
  exclusive: boolean
  /** By `clock.monotonic()`. */
  waitsSince: number
  /** By `clock.now()`; null until its thread has started it. */
  beganAt: number | null
  /** As in `RunTime`. */
  chargedMs: number
  /** As in `RunTime`. */
  disputedMs: number
  /** How often it was restarted. */
  restarts: number
  /** Why it was told to stop; null when it was not. */
  stopped: string | null
  report(report: Report): void
  /** Called when its time is over. */
  expire(): void
  settle(outcome: RunOutcome): void
}

/** A run that waits for its first thread. */
export function newPoolRun(run: Run, report: PoolRun['report'], clock: Clock): PoolRun {
  return {
    id: 0,
    run,
    state: 'waiting',
    thread: null,
    claim: null,
    exclusive: false,
    waitsSince: clock.monotonic(),
    beganAt: null,
    chargedMs: 0,
    disputedMs: 0,
    restarts: 0,
    stopped: null,
    report,
    expire() {},
    settle() {},
  }
}
