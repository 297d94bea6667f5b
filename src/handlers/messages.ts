/** The messages between the main thread and a handlers' thread. They are flat and small, because every message is cloned. */

import type { ErrorTrace } from '../domain/describe-error.ts'
import type { Fault } from '../domain/errors.ts'
import type { RunOutcome } from '../domain/job-outcome.ts'
import type { ErrorOriginal } from '../domain/original-error.ts'
import type { HandlerReport } from '../domain/progress.ts'
import type { JobType, Run } from '../ports/executor.ts'
import type { Log } from '../ports/runtime.ts'

/** What a thread is given at its start. */
export interface ThreadData {
  /** Absolute paths of the modules, in loading order. */
  files: readonly string[]
  /** The most bytes a result may have. */
  maxResult: number
  /** Job types that upstreams define: no module may define them again. */
  upstreamTypes: readonly string[]
  /** The schemas of upstreams, for the thread that checks their payloads. */
  schemas?: readonly InputSchema[]
  /** Bytes in use above which the thread reports that it is full. */
  maxMemory: number
  /** As `heartbeatIn` reads it. */
  heartbeat: SharedArrayBuffer
}

/** The JSON Schema of a job type's payload. */
export interface InputSchema {
  type: string
  schema: object | boolean
}

/** A payload to check, with the number that its answer names. */
export interface Check {
  check: number
  type: string
  payload: Uint8Array
}

/** A run with the number of the pool's that its messages name. */
export interface PostedRun extends Run {
  run: number
}

/** What the main thread posts. `run` is a number of the pool's, `check` of the checker's. */
export type ToThread =
  /** The runs of one turn of the event loop. `flags`: as `startClaimed` reads them, in the order of the runs. */
  | { kind: 'runs'; flags: SharedArrayBuffer; runs: readonly PostedRun[] }
  | { kind: 'abort'; run: number; reason: string }
  | { kind: 'check'; checks: readonly Check[] }

/** The answer to one check. `error`: the schema itself threw. */
export type Checked = { check: number; faults: Fault[] } | { check: number; error: ErrorTrace }

/** A job type as its thread has loaded it. */
export interface LoadedType extends Omit<JobType, 'upstream'> {
  /** Whether the module declares a schema for its payloads. */
  hasInput: boolean
}

/** What a thread posts. */
export type FromThread =
  | { kind: 'loading'; file: string }
  | { kind: 'refused'; file: string; reason: string }
  | { kind: 'ready'; types: readonly LoadedType[] }
  | { kind: 'reports'; run: number; reports: readonly HandlerReport[] }
  /** `run` is null when the line belongs to no run. */
  | { kind: 'log'; run: number | null; level: keyof Log; message: string; fields: object | null }
  /** `returned` is false when the run has failed while its handler continues. */
  | { kind: 'ended'; run: number; outcome: RunOutcome; returned: boolean }
  /** The handler of a run that had ended before has returned. */
  | { kind: 'returned'; run: number }
  /** An error that belongs to no run. `file` is the module whose background work threw it, or null. */
  | { kind: 'unhandled_error'; file: string | null; error: ErrorOriginal }
  /** The thread uses more memory than it may: bytes in use. */
  | { kind: 'full'; bytes: number }
  | { kind: 'checked'; answers: readonly Checked[] }
