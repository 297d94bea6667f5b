import type { RunOutcome } from '../domain/job-outcome.ts'
import type { Report } from '../domain/progress.ts'
import type { Health } from './health.ts'

/** A job type the process can run. Durations in milliseconds; null = the configured default. */
export interface JobType {
  type: string
  timeoutMs: number | null
  maxAttempts: number | null
  /** Runs at a time in one process; null = no own limit. */
  concurrency: number | null
  steps: readonly string[]
  /** Its handler runs in threads of its own. */
  isolated: boolean
  /** The file or upstream it comes from, for logs and docs. */
  source: string
  /** Origin of the HTTP endpoint that does it: what its types share a breaker and a limit by. Null for a handler. */
  upstream: string | null
  /** JSON Schema of the payload for the API page, when there is one. */
  inputSchema: unknown
}

/** One attempt of a job, as its handler is given it. */
export interface Run {
  jobId: string
  tenantId: string
  type: string
  attempt: number
  payload: Uint8Array
  metadata: Readonly<Record<string, string>>
  traceparent: string | null
  /** How long the work may take. Time before its thread has begun it, or in which another run holds the thread, does not count. */
  timeoutMs: number
}

/** How long a handler has after its signal is aborted, before its job is settled without it (a cancel ends within 5 s). */
export const GRACE_MS = 4_500

/** The reason of the signal that ends a run: `graceMs` later the run is settled, whatever its handler does. */
export class StopRun extends Error {
  /** `shutdown` and `lost`: of this run alone, the job goes on elsewhere or later. */
  readonly why: 'cancel' | 'timeout' | 'shutdown' | 'lost'
  readonly graceMs: number
  constructor(why: StopRun['why'], graceMs: number) {
    super(`The run is to stop: ${why}.`)
    this.name = 'AbortError'
    this.why = why
    this.graceMs = graceMs
  }
}

/** One thread that runs handlers, as the operator sees it. */
export interface HandlerThread {
  name: string
  /** `silent`: a handler holds it, and nothing else goes on in it. `leaving`: it gets no more runs and ends after those it has. */
  state: 'starting' | 'ready' | 'busy' | 'silent' | 'leaving'
  /** The job type whose module alone it has loaded; null for the threads that all types share. */
  ownType: string | null
  /** `beganAt`: null while the thread has not begun it. */
  runs: readonly { jobId: string; type: string; attempt: number; beganAt: number | null }[]
  /** Runs that were settled without their handlers, which go on in the thread. */
  abandoned: number
}

/** All threads that run handlers, as the operator sees them. */
export interface HandlerPool {
  threads: readonly HandlerThread[]
  /** Runs that wait for a thread. */
  waiting: number
  /** Threads lost or taken away since the start. */
  replaced: number
  /** Runs that were begun anew, without spending an attempt, because their thread was lost to another's fault. */
  restarted: number
  /** For how long handlers have held their threads so that nothing else went on in them, by job type: milliseconds since the start. */
  blockedMs: ReadonlyMap<string, number>
}

/** Runs jobs with the handlers and upstreams that are loaded. */
export interface Executor {
  readonly types: ReadonlyMap<string, JobType>
  /**
   * What is wrong with a payload, as JSON pointers relative to the payload; none = fine. Rejects with the ProblemError
   * `overloaded` when the check takes too long.
   */
  check(type: string, payload: Uint8Array): Promise<{ pointer: string; detail: string }[]>
  /**
   * Runs one attempt. Settles whatever the handler does: when it has returned or thrown, with `worker_lost` when it took its
   * thread down, with `timeout` at most the grace after `run.timeoutMs`, and with `handed_back` at most the grace after an
   * abort (4.5 s, or that of a `StopRun`) when it has not returned by then. What a handler says later is dropped.
   */
  run(run: Run, signal: AbortSignal, report: (report: Report) => void): Promise<RunOutcome>
  pool(): HandlerPool
  /** Not ok while the handlers cannot run at all. */
  health(): Health
  close(): Promise<void>
}
