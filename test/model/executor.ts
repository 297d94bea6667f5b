/** Handlers that end when the model says so, and the promises an executor can watch: no job runs twice at a time in one process. */
import type { RunOutcome } from '../../src/domain/job-outcome.ts'
import { boundRun } from '../../src/handlers/bound-run.ts'
import type { Executor, JobType } from '../../src/ports/executor.ts'
import type { ProcessClock } from './clock.ts'
import type { HandlerRun, History } from './history.ts'
import { JOB_CONCURRENCY, SECOND_TENANT_RUNS } from './limits.ts'
import { type JobSpec, type OutcomeKind, TYPES } from './steps.ts'
import { violated } from './violation.ts'

const UNLIMITED = {
  timeoutMs: null,
  maxAttempts: null,
  concurrency: null,
  steps: [],
  isolated: false,
  source: 'model',
  upstream: null,
  inputSchema: null,
}
const LIMITS: Record<string, Partial<JobType>> = { limited: { concurrency: 1 }, stepped: { steps: ['first', 'second'] } }

/** How long a handler asks to be left alone, milliseconds. */
const LATER_MS = 9_000

export interface ModelWorkshop extends Executor {
  /** Handlers end well by themselves from now on, those that run included. */
  hurry: boolean
}

/** @param started told of every run, before it may end; throws to say that it should never have begun */
export function modelWorkshop(process: string, clock: ProcessClock, history: History, started: (run: HandlerRun) => void): ModelWorkshop {
  /** Runs whose handlers have not returned. */
  const running = new Map<string, HandlerRun>()

  function checkLimits(tenant: number, type: string): void {
    const others = [...running.values()]
    if (others.length >= JOB_CONCURRENCY) violated('slots', `${others.length + 1} handlers run at a time in ${process}`)
    if (type === 'limited' && others.some((run) => run.type === type)) violated('slots', `two of ${type} run at a time in ${process}`)
    const ofTenant = others.filter((run) => run.spec.tenant === tenant).length
    if (tenant === 1 && ofTenant >= SECOND_TENANT_RUNS)
      violated('slots', `${ofTenant + 1} jobs of the second tenant run at a time in ${process}`)
  }

  const executor: ModelWorkshop = {
    hurry: false,
    types: new Map(TYPES.map((type) => [type, { type, ...UNLIMITED, ...LIMITS[type] }])),
    check: async () => [],
    run({ jobId, attempt, type, payload, timeoutMs }, outer, report) {
      if (running.has(jobId)) violated('one run at a time', `${jobId} runs twice at a time in ${process}`)
      const limit = (expire: () => void) => clock.deadline(timeoutMs, expire)
      const bounded = boundRun(
        { clock, signal: outer, limit },
        (signal) =>
          new Promise<RunOutcome>((resolve) => {
            const spec: JobSpec = JSON.parse(Buffer.from(payload).toString())
            checkLimits(spec.tenant, type)
            const run: HandlerRun = {
              process,
              jobId,
              attempt,
              type,
              spec,
              startedAt: clock.monotonic(),
              abortedAt: null,
              outcome: null,
              report,
              end(outcome) {
                if (run.outcome !== null) return
                run.outcome = outcome
                resolve(outcome)
              },
            }
            running.set(jobId, run)
            history.runs.push(run)
            started(run)
            signal.addEventListener('abort', () => {
              if (run.outcome === null) run.abortedAt = clock.monotonic()
              if (spec.behaviour !== 'deaf') run.end(outcomeOf('retry', run))
            })
            if (executor.hurry || spec.behaviour === 'quick') run.end(outcomeOf('ok', run))
            else if (spec.behaviour === 'fails') run.end(outcomeOf('retry', run))
          }),
      )
      // A deaf handler goes on without its slot.
      return bounded.finally(() => running.delete(jobId))
    },
    pool: () => ({ threads: [], waiting: 0, replaced: 0, restarted: 0, blockedMs: new Map() }),
    health: () => ({ ok: true, reason: null, details: {} }),
    close: async () => {},
  }
  return executor
}

/** What a handler answers; each run's result and error differ from any other's. */
export function outcomeOf(kind: OutcomeKind, { process, jobId, attempt }: HandlerRun): RunOutcome {
  const failure = { message: `of attempt ${attempt} in ${process}`, details: null }
  switch (kind) {
    case 'ok':
      return { kind: 'completed', result: { kind: 'json', bytes: Buffer.from(JSON.stringify({ jobId, attempt, process })) } }
    case 'retry':
      return { kind: 'failed', failure: { ...failure, code: 'stumbled', retryable: true } }
    case 'later':
      return { kind: 'failed', failure: { ...failure, code: 'not_now', retryable: true }, retryAfterMs: LATER_MS }
    case 'final':
      return { kind: 'failed', failure: { ...failure, code: 'impossible', retryable: false } }
    case 'lost':
      return { kind: 'worker_lost' }
    default:
      return kind satisfies never
  }
}
