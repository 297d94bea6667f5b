import type { Job, RunningJob } from '../../domain/job.ts'
import { type RunOutcome, unreadableFailure } from '../../domain/job-outcome.ts'
import { childOf, isFirstRun, linkedTo, traceIdOf } from '../../domain/trace.ts'
import { GRACE_MS, StopRun } from '../../ports/executor.ts'
import type { JobWork } from '../../ports/lanes.ts'
import type { Span } from '../../ports/tracing.ts'
import type { BufferedJob } from '../commit/buffered.ts'
import type { Context } from '../process/context.ts'
import type { RunControl, StopReason } from '../process/runs.ts'
import { openRunRecord } from './run-record.ts'

/** A job held in memory that ends sooner than this is written once, as ended. Milliseconds. */
export const MARK_AFTER_MS = 50

/**
 * Runs one attempt: start, watch over cancel and stop, end. The answer resolves when the executor has let go of the run and the
 * slot is free, before the end is durable (`RunControl.settled`), so that slots do not turn over at the pace of the disk. It
 * never rejects.
 */
export function runJob(context: Context, work: JobWork | BufferedJob): Promise<void> {
  const { clock, log } = context
  const abort = new AbortController()
  const settled = Promise.withResolvers<void>()
  const record = openRunRecord(context, work.job, () => control.stop('lost'))
  const startedAt = clock.monotonic()
  const span = openSpan(context, record.job)
  const traceparent = span?.traceparent ?? work.job.traceparent
  let stopReason: StopReason | null = null
  let settling = false

  const control: RunControl = {
    jobId: work.job.id,
    type: work.job.type,
    tenantId: work.job.tenantId,
    settled: settled.promise,
    async cancel(deed = null) {
      if (!settling && (await record.requestCancel(deed))) control.stop('cancel')
      else await settled.promise
    },
    stop(reason, graceMs = GRACE_MS) {
      if (settling || stopReason !== null) return
      stopReason = reason
      abort.abort(new StopRun(reason, graceMs))
    },
  }
  const cancelMark = clock.after(MARK_AFTER_MS, record.mark)

  async function settle(outcome: RunOutcome | null): Promise<void> {
    if (settling) return
    settling = true
    cancelMark()
    let error: string | null = 'lost'
    try {
      const job = outcome && (await record.end(outcome))
      if (job) {
        error = errorCodeOf(job)
        afterRun(context, job, clock.monotonic() - startedAt, traceparent)
      } else log.warn({ job: control.jobId, type: control.type }, 'a run was given up: the job belongs to somebody else now')
    } catch (thrown) {
      log.error({ job: control.jobId }, 'the end of a run could not be recorded', thrown)
    } finally {
      span?.end({ error })
      context.runs.forget(control)
      settled.resolve()
    }
  }

  async function handle(): Promise<void> {
    const { id, tenantId, type, metadata } = work.job
    const { attempt, timeoutMs } = record.job
    const run = { jobId: id, tenantId, type, attempt, payload: work.payload, metadata, traceparent, timeoutMs }
    let outcome: RunOutcome
    try {
      outcome =
        work.job.damage === undefined
          ? await context.upstreams.watch(type, () => context.executor.run(run, abort.signal, record.report))
          : unreadable(context, work.job.id, work.job.damage)
    } catch (error) {
      log.error({ job: id, type }, 'the executor failed', error)
      outcome = { kind: 'worker_lost' }
    }
    void settle(stopReason === null ? outcome : outcomeOfStop(stopReason, outcome))
    context.runs.release(control)
  }

  context.runs.add(control)
  return handle()
}

/** What cannot be read cannot be run: the job fails, and its lane goes on. */
function unreadable({ log }: Context, job: string, damage: string): RunOutcome {
  log.error({ job, damage }, 'a job cannot be read and is failed')
  return { kind: 'failed', failure: unreadableFailure(damage) }
}

/** What a stopped run counts as; null when it is not ours to record. */
function outcomeOfStop(reason: StopReason, returned: RunOutcome): RunOutcome | null {
  switch (reason) {
    case 'cancel':
      return { kind: 'canceled' }
    case 'shutdown':
      return returned.kind === 'completed' || returned.kind === 'timeout' ? returned : { kind: 'handed_back' }
    case 'lost':
      return null
    default:
      return reason satisfies never
  }
}

/** The first run belongs to the trace of the submit; a later one, hours later perhaps, begins a trace that is linked to it. */
function openSpan({ tracing }: Context, job: RunningJob): Span | undefined {
  const { id, tenantId, type, attempt, traceparent } = job
  return tracing?.process({ id, tenantId, type, attempt, origin: isFirstRun(job) ? childOf(traceparent) : linkedTo(traceparent) })
}

function errorCodeOf(job: Job): string | null {
  return job.status === 'failed' || job.status === 'pending' ? (job.error?.code ?? null) : null
}

function afterRun(context: Context, job: Job, ms: number, traceparent: string | null): void {
  const { id, type, status, attempt, tenantId } = job
  const error = errorCodeOf(job)
  const trace_id = traceIdOf(traceparent)
  context.log.info({ job: id, tenant: tenantId, type, status, attempt, ms: Math.round(ms), error, trace_id }, 'job run')
  if (job.status === 'completed') context.runTimes.add(type, ms)
}
