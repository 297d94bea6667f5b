/** In the thread: one attempt of one job. */
import { traceOf } from '../../domain/describe-error.ts'
import type { RunOutcome } from '../../domain/job.ts'
import type { Log, Run } from '../../ports.ts'
import type { JobContext, JobDefinition, JobLog } from '../define-job.ts'
import { JobError } from '../define-job.ts'
import { failureOf, outcomeOf } from '../result.ts'
import { checkPayload, parsePayload } from './check-payload.ts'
import type { Reporter } from './paced-progress.ts'

export type WriteLog = (level: keyof Log, message: string, fields: object | null) => void

/**
 * Runs the handler. Never rejects: whatever it throws is an outcome. Where a plain error came from goes to the log; what it says
 * may quote the payload, and is told to the tenant only, in the job's error.
 */
export async function runAttempt(
  job: JobDefinition,
  run: Run,
  signal: AbortSignal,
  reporter: Reporter,
  log: WriteLog,
  maxResult: number,
): Promise<RunOutcome> {
  try {
    const input = await inputOf(job, run.payload)
    return outcomeOf(await job.run(input, contextOf(run, signal, reporter, log)), maxResult)
  } catch (error) {
    if (!(error instanceof JobError) && !signal.aborted) {
      log('warn', 'the handler threw', traceOf(error))
    }
    return failureOf(error)
  } finally {
    reporter.end()
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
