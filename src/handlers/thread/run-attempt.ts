/** Runs one attempt of one job. */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import type { Run } from '../../ports/executor.ts'
import type { JobContext, JobDefinition, JobLog } from '../define-job.ts'
import { JobError } from '../define-job.ts'
import type { BoundedLog } from './bounded-log.ts'
import { checkPayload, parsePayload } from './check-payload.ts'
import { failureOf, outcomeOf } from './outcome.ts'
import type { Reporter } from './paced-progress.ts'

/** What an attempt is made of. */
export interface Attempt {
  job: JobDefinition
  run: Run
  signal: AbortSignal
  reporter: Reporter
  log: BoundedLog
  /** The most bytes a result may have. */
  maxResult: number
}

/** Runs the handler. Never rejects: what the handler throws becomes the outcome. The log gets what the tenant is not told. */
export async function runAttempt(attempt: Attempt): Promise<RunOutcome> {
  const { signal, reporter, log } = attempt
  const outcome = await outcomeOfRun(attempt)
  const original = outcome.kind === 'failed' ? outcome.failure.internal : undefined
  // After an abort an error is the handler's way to stop.
  if (original && !signal.aborted) log.write('warn', 'the handler threw', original)
  log.end()
  reporter.end()
  return outcome
}

async function outcomeOfRun({ job, run, maxResult, ...means }: Attempt): Promise<RunOutcome> {
  try {
    return outcomeOf(await job.run(await inputOf(job, run.payload), contextOf(run, means)), maxResult)
  } catch (error) {
    return failureOf(error)
  }
}

/** Checks the payload again, because the schema may have changed since the job was submitted. */
async function inputOf(job: JobDefinition, payload: Uint8Array): Promise<unknown> {
  if (job.input === null) return parsePayload(payload)
  const checked = await checkPayload(job.input, payload)
  if ('input' in checked) return checked.input
  throw new JobError('invalid_payload', 'The payload does not fit the job type.', { retryable: false, details: { errors: checked.faults } })
}

/** The context of the handler. A call with arguments of the wrong kind throws a TypeError that says what it takes. */
function contextOf(run: Run, { signal, reporter, log }: Pick<Attempt, 'signal' | 'reporter' | 'log'>): JobContext {
  return {
    jobId: run.jobId,
    attempt: run.attempt,
    signal,
    metadata: Object.freeze({ ...run.metadata }),
    traceparent: run.traceparent,
    rawInput: run.payload,
    log: jobLog(log),
    progress(percent, message) {
      const takes = 'ctx.progress takes a number from 0 to 100 and, after it, a text'
      if (typeof percent !== 'number' || Number.isNaN(percent)) throw new TypeError(takes)
      if (message != null && typeof message !== 'string') throw new TypeError(takes)
      reporter.progress(Math.min(100, Math.max(0, percent)), message ?? null)
    },
    async step(name, work) {
      if (typeof name !== 'string' || name === '' || typeof work !== 'function') {
        throw new TypeError('ctx.step takes the name of the step, a text, and its work, a function')
      }
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

function jobLog({ write }: BoundedLog): JobLog {
  const at =
    (level: keyof JobLog) =>
    (message: string, fields?: object): void =>
      write(level, message, fields)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
