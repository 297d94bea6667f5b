/** In the thread: one attempt of one job. */
import type { RunOutcome } from '../../domain/job.ts'
import type { Log, Run } from '../../ports.ts'
import type { JobContext, JobDefinition, JobLog } from '../define-job.ts'
import { JobError } from '../define-job.ts'
import { checkPayload, parsePayload } from './check-payload.ts'
import { failureOf, outcomeOf } from './outcome.ts'
import type { Reporter } from './paced-progress.ts'

export type WriteLog = (level: keyof Log, message: string, fields: object | null) => void

/** Runs the handler. Never rejects: whatever it throws is an outcome. What the tenant is not told of it goes to the log. */
export async function runAttempt(
  job: JobDefinition,
  run: Run,
  signal: AbortSignal,
  reporter: Reporter,
  log: WriteLog,
  maxResult: number,
): Promise<RunOutcome> {
  const outcome = await outcomeOfRun(job, run, contextOf(run, signal, reporter, log), maxResult)
  const original = outcome.kind === 'failed' ? outcome.failure.internal : undefined
  // What comes after an abort is the handler's way to stop.
  if (original && !signal.aborted) log('warn', 'the handler threw', original)
  reporter.end()
  return outcome
}

async function outcomeOfRun(job: JobDefinition, run: Run, context: JobContext, maxResult: number): Promise<RunOutcome> {
  try {
    return outcomeOf(await job.run(await inputOf(job, run.payload), context), maxResult)
  } catch (error) {
    return failureOf(error)
  }
}

/** Checked again: the schema may have changed since the job was submitted. */
async function inputOf(job: JobDefinition, payload: Uint8Array): Promise<unknown> {
  if (job.input === null) return parsePayload(payload)
  const checked = await checkPayload(job.input, payload)
  if ('input' in checked) return checked.input
  throw new JobError('invalid_payload', 'The payload does not fit the job type.', { retryable: false, details: { errors: checked.faults } })
}

function contextOf(run: Run, signal: AbortSignal, reporter: Reporter, log: WriteLog): JobContext {
  return {
    jobId: run.jobId,
    attempt: run.attempt,
    signal,
    metadata: run.metadata,
    traceparent: run.traceparent,
    rawInput: run.payload,
    log: jobLog(log),
    progress(percent, message) {
      if (!Number.isFinite(percent)) throw new TypeError('progress needs a number from 0 to 100')
      reporter.progress(Math.min(100, Math.max(0, percent)), message === undefined ? null : String(message))
    },
    async step(name, work) {
      signal.throwIfAborted()
      reporter.step(name, 'running')
      try {
        const value = await work()
        reporter.step(name, 'completed')
        return value
      } catch (error) {
        reporter.step(name, 'failed')
        throw error
      }
    },
  }
}

function jobLog(log: WriteLog): JobLog {
  const write =
    (level: keyof Log) =>
    (message: string, fields?: object): void =>
      log(level, String(message), jsonFields(fields))
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** A line must not fail a run: what JSON cannot say is left out. */
function jsonFields(fields: object | undefined): object | null {
  if (fields === undefined) return null
  try {
    return JSON.parse(JSON.stringify(fields)) as object | null
  } catch {
    return { unserializable: true }
  }
}
