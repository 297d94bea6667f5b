/** What the main thread and a handlers' thread say to each other. Flat and small: every message is cloned. */

import type { ErrorTrace } from '../domain/describe-error.ts'
import type { Fault } from '../domain/errors.ts'
import type { RunOutcome } from '../domain/job.ts'
import type { Report } from '../domain/progress.ts'
import type { JobType, Log, Run } from '../ports.ts'

/** Handed to the thread at its start. */
export interface ThreadData {
  /** Absolute paths of the modules, in loading order. */
  files: readonly string[]
  /** Bytes. */
  maxResult: number
  /** Of upstreams; for the thread that checks their payloads. */
  schemas?: readonly InputSchema[]
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
  | ({ kind: 'run'; run: number } & Run)
  | { kind: 'abort'; run: number; reason: string }
  | { kind: 'ping'; ping: number }
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
  | { kind: 'reports'; run: number; reports: readonly Report[] }
  /** `run` null: said outside of every run. */
  | { kind: 'log'; run: number | null; level: keyof Log; message: string; fields: object | null }
  | { kind: 'ended'; run: number; outcome: RunOutcome }
  | { kind: 'pong'; ping: number }
  | { kind: 'checked'; answers: readonly Checked[] }
