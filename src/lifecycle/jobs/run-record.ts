import { endRun, isFinished, type Job, type PendingJob, type RunningJob, type RunOutcome, startJob } from '../../domain/job.ts'
import { leaseOf } from '../../domain/lease.ts'
import { applyReport, initialProgress, type Progress, type Report } from '../../domain/progress.ts'
import type { Change, Write } from '../../ports/change.ts'
import { commit } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'
import { stageJobEnd } from '../outbox/stage-job-end.ts'
import type { Context } from '../process/context.ts'

/** Progress reaches the store at most so often per job, milliseconds. */
const PROGRESS_EVERY_MS = 250
/** A mark that the store could not take is written again after this, milliseconds. */
const MARK_AGAIN_MS = 500

const NOTHING_SAID = { percent: null, stage: null }

/** The stored side of one run: everything this process writes of it, in order. */
export interface RunRecord {
  /** The record as the handler sees it. */
  readonly job: RunningJob
  /** Posts that the job is running, if the store does not know yet. */
  mark(): void
  /** Folds a report of the handler; written at most four times a second. */
  report(report: Report): void
  /** Writes the wish to cancel. False: the run is no longer ours. */
  requestCancel(): Promise<boolean>
  /** Writes what the outcome makes of the job, with its event. Null: the run is no longer ours, nothing was written. */
  end(outcome: RunOutcome): Promise<Job | null>
}

/**
 * @param job a claimed job (its mark is stored), or one held in memory (its mark is posted by `mark`, or folded into
 *   the end when that comes first)
 * @param lost called when the job turns out to be somebody else's: the run must stop, and nothing more of it is written
 */
export function openRunRecord(context: Context, job: RunningJob | PendingJob, lost: () => void): RunRecord {
  let running = job.status === 'running' ? job : startJob(job, leaseOf(context.identity.current(), job.version + 1), context.clock.now())
  /** Of the record as the store has it once everything posted is written. */
  let version = job.version
  let marked = job.status === 'running'
  /** Null until the handler has said something. */
  let progress: Progress | null = null
  let unwritten = false
  let wroteAt = Number.NEGATIVE_INFINITY
  let cancelProgress: (() => void) | null = null
  let cancelMark = () => {}
  let lastTurn: Promise<unknown> = Promise.resolve()
  let ended = false
  let isOurs = true

  /** Posts a change; what became of it is known when this resolves. Never rejects: a run goes on without its mark or its progress. */
  async function post(change: Change): Promise<boolean> {
    try {
      const written = await commit(context, change).catch((error) => {
        context.log.warn({ job: job.id, error: String(error) }, 'a running job could not be recorded')
        return false
      })
      if (!written && !(await isStillOurs())) giveUp()
      return written
    } catch (error) {
      context.log.error({ job: job.id, error: String(error) }, 'a running job could not be read')
      return false
    }
  }

  function giveUp(): void {
    isOurs = false
    ended = true
    cancelProgress?.()
    lost()
  }

  /**
   * Writes that raise the version go one at a time: on top of one that missed, the next could fit over what another process
   * has written meanwhile.
   */
  function inTurn<T>(write: () => Promise<T>): Promise<T> {
    const turn = lastTurn.then(write)
    lastTurn = turn.catch(() => {})
    return turn
  }

  /** After a write that was not taken: the run goes on from what the store has, unless the job is somebody else's by now. */
  async function isStillOurs(): Promise<boolean> {
    const stored = await context.store.jobs.find(job.id)
    if (stored?.status === 'running' && stored.lease === running.lease) {
      marked = true
      running = stored
    } else if (stored?.status === 'pending' && stored.lease !== null && stored.lease === job.lease) {
      marked = false
      running = { ...running, cancelRequested: false }
    } else {
      return false
    }
    version = stored.version
    return true
  }

  function nextVersion(): RunningJob {
    marked = true
    version += 1
    running = { ...running, version }
    return running
  }

  /** Nobody waits for this write. It is tried again while the store cannot take it. */
  function mark(): void {
    cancelMark()
    void inTurn(async () => {
      if (marked || ended) return
      if (!(await post([{ write: 'updateJob', job: nextVersion() }])) && !ended) cancelMark = context.clock.after(MARK_AGAIN_MS, mark)
    })
  }

  function progressWrite(): Write {
    return { write: 'updateProgress', tenantId: job.tenantId, jobId: job.id, lease: running.lease, progress }
  }

  function writeProgress(): void {
    cancelProgress = null
    if (!marked) mark()
    wroteAt = context.clock.monotonic()
    void lastTurn.then(async () => {
      if (ended) return
      unwritten = false
      if (!(await post([progressWrite()]))) unwritten = true
    })
  }

  async function wish(): Promise<boolean> {
    if (!isOurs) return false
    return retrying(`job ${job.id}`, async () => {
      running = { ...running, cancelRequested: true }
      const written = await commit(context, [{ write: 'updateJob', job: nextVersion() }]).catch(async (error) => {
        await isStillOurs()
        throw error
      })
      if (written) return true
      if (await isStillOurs()) return 'lost'
      giveUp()
      return false
    })
  }

  async function endAtLast(outcome: RunOutcome): Promise<Job | null> {
    return isOurs ? retrying(`job ${job.id}`, () => endOnce(outcome)) : null
  }

  async function endOnce(outcome: RunOutcome): Promise<Job | null | 'lost'> {
    const now = context.clock.now()
    // Progress is of a running job: what a quick one has said needs its mark, in the same commit.
    const mark: Write[] = unwritten && !marked ? [{ write: 'updateJob', job: nextVersion() }] : []
    const next = endRun({ ...running, version }, outcome, now, context.random(), context.settings.jobUpstreamPatienceMs)
    const result = next.status === 'completed' && outcome.kind === 'completed' ? outcome.result : null
    const endWrites = isFinished(next) ? await stageJobEnd(context, next, progress, result) : []
    const change: Write[] = [
      ...mark,
      ...(unwritten ? [progressWrite()] : []),
      { write: 'updateJob', job: next },
      ...(result && result.kind !== 'location' ? [{ write: 'insertResult' as const, jobId: job.id, bytes: result.bytes }] : []),
      ...endWrites,
    ]
    if (await commit(context, change, { mustRecord: true })) return next
    return (await isStillOurs()) ? 'lost' : null
  }

  return {
    get job() {
      return running
    },
    mark,
    report(report) {
      if (ended || report.kind === 'cut') return
      const initial = initialProgress(context.executor.types.get(job.type)?.steps ?? [])
      progress = report.kind === 'restart' ? initial : applyReport(progress ?? initial, report)
      unwritten = true
      const { percent, stage } = progress ?? NOTHING_SAID
      context.log.debug({ job: job.id, type: job.type, attempt: running.attempt, percent, stage }, 'job progress')
      if (cancelProgress) return
      const wait = wroteAt + PROGRESS_EVERY_MS - context.clock.monotonic()
      if (wait <= 0) writeProgress()
      else cancelProgress = context.clock.after(wait, writeProgress)
    },
    requestCancel: () => inTurn(wish),
    end(outcome) {
      ended = true
      cancelMark()
      cancelProgress?.()
      return inTurn(() => endAtLast(outcome))
    },
  }
}
