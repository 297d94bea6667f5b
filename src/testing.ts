/** The package's door for tests of handlers: `import { runJob } from 'ringback/testing'`. */
import type { JobFailure, RunOutcome } from './domain/job-outcome.ts'
import { applyReport, type HandlerReport, initialProgress, type Progress } from './domain/progress.ts'
import type { Content, JobDefinition, Location } from './handlers/define-job.ts'
import { boundedLog } from './handlers/thread/bounded-log.ts'
import { pacedReporter } from './handlers/thread/paced-progress.ts'
import { runAttempt } from './handlers/thread/run-attempt.ts'

/** What the run is told of itself; what is left out is made up. */
export interface RunJobOptions {
  jobId?: string
  /** 1 for the first try. */
  attempt?: number
  metadata?: Readonly<Record<string, string>>
  traceparent?: string
  /** The handler's signal. The time-out of the job type is not enforced here. */
  signal?: AbortSignal
  /** As MAX_RESULT, bytes. Default: 16 MiB. */
  maxResult?: number
}

/** A value as it comes out of JSON. */
export type JsonOf<T> = T extends { toJSON(): infer Json }
  ? JsonOf<Json>
  : T extends (...args: never[]) => unknown
    ? never
    : T extends object
      ? { [Member in keyof T]: JsonOf<T[Member]> }
      : T extends undefined
        ? null
        : T

/** What `content(…)` becomes. */
export interface ContentResult {
  bytes: Uint8Array
  contentType: string
  filename?: string
}

/** What a client would get: JSON as its value, `content(…)` as its bytes, `location(…)` as its URL. */
export type ResultOf<Output> = Output extends Content ? ContentResult : Output extends Location ? { url: string } : JsonOf<Output>

/** A line that the handler wrote with `ctx.log`. */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  message: string
  fields: object | null
}

/** One attempt, and all that it said. `error` is what the job document would show to a key with `admin`. */
export type JobRun<Output> = { progress: Progress | null; logs: LogLine[] } & (
  | { status: 'completed'; result: ResultOf<Output>; error: null }
  | { status: 'failed'; result: null; error: JobFailure }
)

/**
 * Runs one attempt of a job in this very process, by the rules of the service: the payload crosses JSON and is held against the
 * input schema, texts and steps have their bounds, and what is returned or thrown becomes the outcome. Rejects for nothing that
 * the handler does; throws a TypeError for a payload that JSON does not have.
 */
export async function runJob<Type extends string, Input, Output, Payload>(
  job: JobDefinition<Type, Input, Output, Payload>,
  payload: Payload,
  options: RunJobOptions = {},
): Promise<JobRun<Output>> {
  const {
    jobId = 'job_test',
    attempt = 1,
    metadata = {},
    traceparent = null,
    signal = new AbortController().signal,
    maxResult = 16 * 1024 * 1024,
  } = options
  const run = {
    jobId,
    type: job.type,
    tenantId: 'tnt_default',
    timeoutMs: job.timeoutMs ?? Number.POSITIVE_INFINITY,
    attempt,
    payload: new TextEncoder().encode(JSON.stringify(payload) ?? 'null'),
    metadata,
    traceparent,
  }
  const logs: LogLine[] = []
  let progress = initialProgress(job.steps)
  const hear = (reports: HandlerReport[]): void => {
    for (const report of reports) if (report.kind !== 'cut') progress = applyReport(progress, report)
  }
  const reporter = pacedReporter(hear, job.steps, now, later)
  const log = boundedLog((level, message, fields) => void logs.push({ level, message, fields }), now, reporter.cut)
  const outcome = await runAttempt({ job: job as JobDefinition, run, signal, reporter, log, maxResult })
  return { ...ended<Output>(outcome), progress, logs }
}

function ended<Output>(
  outcome: RunOutcome,
): { status: 'completed'; result: ResultOf<Output>; error: null } | { status: 'failed'; result: null; error: JobFailure } {
  if (outcome.kind === 'failed') return { status: 'failed', result: null, error: outcome.failure }
  if (outcome.kind !== 'completed') throw new Error(`a run in a test cannot end as ${outcome.kind}`)
  const { kind, ...told } = outcome.result
  const result = 'bytes' in told && kind === 'json' ? JSON.parse(new TextDecoder().decode(told.bytes)) : told
  return { status: 'completed', result: result as ResultOf<Output>, error: null }
}

function now(): number {
  return performance.now()
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
