/** What comes of a run: the result or the failure of a job, and how the run itself ended. */
import type { AttemptReport } from './destination.ts'
import type { ErrorOriginal } from './original-error.ts'

/** What went wrong, as integrators read it in `error`. `retryable` tells whether trying again may help. */
export interface JobFailure {
  code: string
  message: string
  retryable: boolean
  details: unknown
  /** What really happened, in words that are the operator's alone: where the four members above are words of ours. */
  internal?: ErrorOriginal
}

/** What a handler answered. JSON is kept as the bytes it was written with. */
export type JobResult =
  | { kind: 'json'; bytes: Uint8Array }
  | { kind: 'content'; bytes: Uint8Array; contentType: string; filename?: string }
  | { kind: 'location'; url: string }

/** The result as the job record knows it; the bytes live in a table of their own. `size` in bytes. */
export type ResultInfo =
  | { kind: 'json'; size: number }
  | { kind: 'content'; size: number; contentType: string; filename?: string }
  | { kind: 'location'; url: string }

/** How a run ended, as the executor reports it, or the process that watches it. */
export type RunOutcome =
  | { kind: 'completed'; result: JobResult }
  /** `health`: what the answer says of the upstream that gave it. */
  | { kind: 'failed'; failure: JobFailure; retryAfterMs?: number; health?: AttemptReport['kind'] }
  /** The upstream answered nothing at all. `breaker`: that of the upstream when it is open. */
  | { kind: 'unanswered'; failure: JobFailure; breaker?: OpenBreaker | null }
  | { kind: 'timeout' }
  | { kind: 'canceled' }
  /** `reason`: how the work took its thread down, for the operator. */
  | { kind: 'worker_lost'; reason?: string }
  | { kind: 'handed_back' }

/** Of an upstream that keeps failing: since when, and when the next probe may go out. */
export interface OpenBreaker {
  openSince: number
  probeAt: number
}

/** Why a job whose stored record cannot be read is not run, and what is shown in place of its own error. */
export function unreadableFailure(damage: string): JobFailure {
  return { code: 'unreadable', message: `The stored record of this job cannot be read: ${damage}.`, retryable: false, details: null }
}

/** The result as the job record keeps it. */
export function resultInfo(result: JobResult): ResultInfo {
  switch (result.kind) {
    case 'json':
      return { kind: 'json', size: result.bytes.byteLength }
    case 'content': {
      const { bytes, ...described } = result
      return { ...described, size: bytes.byteLength }
    }
    case 'location':
      return { kind: 'location', url: result.url }
    default:
      return result satisfies never
  }
}
