/** What the model has seen happen from outside: what clients were told, what handlers answered, what receivers got. */
import type { RunOutcome } from '../../src/domain/job-outcome.ts'
import type { Report } from '../../src/domain/progress.ts'
import type { SendRequest } from '../../src/ports/sender.ts'
import type { Answer, JobSpec } from './steps.ts'

/** One run of a handler. */
export interface HandlerRun {
  process: string
  jobId: string
  attempt: number
  type: string
  spec: JobSpec
  /** By the monotonic clock, as are the two below. */
  startedAt: number
  /** When its signal went off, while it had not answered. */
  abortedAt: number | null
  outcome: RunOutcome | null
  report: (report: Report) => void
  end: (outcome: RunOutcome) => void
}

/** One request a receiver got. */
export interface Hit {
  process: string
  eventId: string
  jobId: string
  destination: string
  request: SendRequest
  /** Null while it hangs. */
  answer: Answer | 'timeout' | 'interrupted' | null
  end: (answer: Answer) => void
}

/** A client's cancel that was answered: `canceled`, or `asked` when a handler must stop first. */
export interface CancelAnswer {
  answer: 'canceled' | 'asked'
  /** By the monotonic clock. */
  at: number
}

export interface KnownJob {
  id: string
  spec: JobSpec
  /** Its 202 has gone out; until then a crash may take it. */
  acknowledged: boolean
  /** A client has asked to cancel it, whatever the answer. */
  cancelSought: boolean
  cancelAnswers: CancelAnswer[]
  /** Something else than its handlers' answers had a say in it: a crash, a stop, a store that refused. */
  disturbed: boolean
  /** A process died or stopped while it was open. */
  orphaned: boolean
}

export interface History {
  jobs: Map<string, KnownJob>
  runs: HandlerRun[]
  hits: Hit[]
  /** The first acknowledged job of each tenant and Idempotency-Key. */
  keys: Map<string, string>
  /** Deliveries a client has ever asked to replay, and to discard, by id. */
  reopened: Set<string>
  discarded: Set<string>
}

export function newHistory(): History {
  return { jobs: new Map(), runs: [], hits: [], keys: new Map(), reopened: new Set(), discarded: new Set() }
}
