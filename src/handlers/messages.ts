/** What the main thread and a handlers' thread say to each other. Flat and small: every message is cloned. */

import type { ErrorTrace } from '../domain/describe-error.ts'
import type { Fault } from '../domain/errors.ts'
import type { RunOutcome } from '../domain/job-outcome.ts'
import type { ErrorOriginal } from '../domain/original-error.ts'
import type { HandlerReport } from '../domain/progress.ts'
import type { JobType, Run } from '../ports/executor.ts'
import type { Log } from '../ports/runtime.ts'

/** Handed to the thread at its start. */
export interface ThreadData {
  /** Absolute paths of the modules, in loading order. */
  files: readonly string[]
  /** Bytes. */
  maxResult: number
  /** Of upstreams; for the thread that checks their payloads. */
  schemas?: readonly InputSchema[]
  /** Bytes in use above which it says that it is full. */
  maxMemory: number
  /** As `lifeIn` reads it. */
  life: SharedArrayBuffer
}

/** JSON Schema of a job type's payload. */
export interface InputSchema {
  type: string
  schema: object | boolean
}

export interface Check {
  check: number
  type: string
  payload: Uint8Array
}

export type ToThread =
  /** `claim`: as `begin` reads it. */
  | ({ kind: 'run'; run: number; claim: SharedArrayBuffer } & Run)
  | { kind: 'abort'; run: number; reason: string }
  | { kind: 'check'; checks: readonly Check[] }

/** `error`: the schema itself threw. */
export type Checked = { check: number; faults: Fault[] } | { check: number; error: ErrorTrace }

export interface LoadedType extends Omit<JobType, 'upstream'> {
  /** Whether payloads are checked. */
  hasInput: boolean
}

export type FromThread =
  | { kind: 'loading'; file: string }
  | { kind: 'refused'; file: string; reason: string }
  | { kind: 'ready'; types: readonly LoadedType[] }
  | { kind: 'reports'; run: number; reports: readonly HandlerReport[] }
  /** `run` null: said outside of every run. */
  | { kind: 'log'; run: number | null; level: keyof Log; message: string; fields: object | null }
  /** `returned` false: the run has failed, and its handler goes on all the same. */
  | { kind: 'ended'; run: number; outcome: RunOutcome; returned: boolean }
  /** The handler of a run that had ended before. */
  | { kind: 'returned'; run: number }
  /** An error that belongs to no run: of the background work of `file`, or nobody knows whose. */
  | { kind: 'stray'; file: string | null; error: ErrorOriginal }
  /** More memory is in use than the thread may have: bytes. */
  | { kind: 'full'; bytes: number }
  | { kind: 'checked'; answers: readonly Checked[] }
