/**
 * What is counted as it happens. Labels come from fixed sets or from the job types known at the start: never a tenant, a
 * URL or an id, so the number of series stays small whatever partners do.
 */
import { Counter, Histogram, type Registry } from 'prom-client'
import { DEAD_REASONS } from '../domain/delivery.ts'
import { JOB_END_STATUSES } from '../domain/job.ts'
import { CUTS } from '../domain/progress.ts'

const ANSWERS = ['2xx', '3xx', '4xx', '5xx'] as const

/** Bucket bounds: seconds, or members of a group. */
const RUN_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800]
const ATTEMPT_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30]
const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const COMMIT_MEMBERS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000]

/** Everything that is counted as it happens. */
export type Counters = ReturnType<typeof createCounters>

/** Registers the counters; series with fixed labels begin at 0. */
export function createCounters(registry: Registry) {
  const registers = [registry]
  const counters = {
    submitted: new Counter({ name: 'ringback_jobs_submitted_total', help: 'Jobs made durable.', labelNames: ['type'], registers }),
    ended: new Counter({
      name: 'ringback_jobs_ended_total',
      help: 'Jobs that reached a final status.',
      labelNames: ['type', 'status'],
      registers,
    }),
    runSeconds: new Histogram({
      name: 'ringback_job_run_seconds',
      help: 'Time handlers and upstreams took for a run, whatever came of it.',
      labelNames: ['type'],
      buckets: RUN_SECONDS,
      registers,
    }),
    cut: new Counter({
      name: 'ringback_handler_output_cut_total',
      help: 'What handlers said beyond its bound: texts cut, steps and log lines left out.',
      labelNames: ['type', 'what'],
      registers,
    }),
    attempts: new Counter({
      name: 'ringback_callback_attempts_total',
      help: 'Tries of callbacks by outcome: the class of the status, or of the error.',
      labelNames: ['outcome'],
      registers,
    }),
    attemptSeconds: new Histogram({
      name: 'ringback_callback_attempt_seconds',
      help: 'Time a try took until its end or its deadline.',
      buckets: ATTEMPT_SECONDS,
      registers,
    }),
    deadLetters: new Counter({
      name: 'ringback_dead_letters_total',
      help: 'Deliveries that went to the dead-letter queue.',
      labelNames: ['reason'],
      registers,
    }),
    commitMembers: new Histogram({
      name: 'ringback_commit_changes',
      help: 'Changes and claims that one fsync made durable.',
      buckets: COMMIT_MEMBERS,
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'ringback_commit_seconds',
      help: 'Time of a transaction of the writer, its fsync included.',
      buckets: COMMIT_SECONDS,
      registers,
    }),
  }
  for (const outcome of ANSWERS) counters.attempts.inc({ outcome }, 0)
  for (const reason of DEAD_REASONS) counters.deadLetters.inc({ reason }, 0)
  return counters
}

/** Begins the series of a job type at 0: a rate cannot see an increase of a series that did not exist. */
export function beginType(counters: Counters, type: string): void {
  counters.submitted.inc({ type }, 0)
  for (const status of JOB_END_STATUSES) counters.ended.inc({ type, status }, 0)
  counters.runSeconds.zero({ type })
  for (const what of CUTS) counters.cut.inc({ type, what }, 0)
}
