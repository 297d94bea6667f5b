import { endRun } from '../../domain/end-run.ts'
import { isFinished, type Job, type PendingJob, type RunningJob } from '../../domain/job.ts'
import type { RunOutcome } from '../../domain/job-outcome.ts'
import type { Report } from '../../domain/progress.ts'
import type { Change, Write } from '../../ports/change.ts'
import { commit } from '../commit/commit.ts'
import { type Deed, withDeed } from '../commit/deed.ts'
import { retrying } from '../commit/retrying.ts'
import { stageJobEnd } from '../outbox/stage-job-end.ts'
import type { Context } from '../process/context.ts'
import { createRunProgress } from './run-progress.ts'
import { beginRun, nextWrite, nextWriteOfCancel, reloadRun, storedLease } from './stored-run.ts'
import { createWriteTurns } from './write-turns.ts'

/** A mark that the store could not take is written again after this, milliseconds. */
const MARK_AGAIN_MS = 500

/** The stored side of one run: everything this process writes of it, in order. */
export interface RunRecord {
  /** The record as the handler sees it. */
  readonly job: RunningJob
  /** Posts that the job is running, if the store does not know yet. */
  mark(): void
  /** Folds a report of the handler; written at most four times a second. */
  report(report: Report): void
  /** Writes that the job is to be canceled. False: the run is no longer ours. */
  requestCancel(deed: Deed | null): Promise<boolean>
  /** Writes what the outcome makes of the job, with its event. Null: the run is no longer ours, nothing was written. */
  end(outcome: RunOutcome): Promise<Job | null>
}

/**
 * Opens the record of a run that begins.
 *
 * @param job a claimed job (its mark is stored), or one from the local queue (its mark is posted by `mark`, or folded into
 *   the end when that comes first)
 * @param lost called when the job turns out to be somebody else's: the run must stop, and nothing more of it is written
 */
export function openRunRecord(context: Context, job: RunningJob | PendingJob, lost: () => void): RunRecord {
  const { clock, log } = context
  // Writes that raise the version go one at a time: a write on top of one that missed could fit over another process's.
  const turns = createWriteTurns()
  const progress = createRunProgress(clock, context.executor.types.get(job.type)?.steps ?? [], writeProgress)
  let run = beginRun(job, context.identity.current(), clock.now())
  /** `ended`: only the end may still be written. `lost`: nothing may. */
  let state: 'open' | 'ended' | 'lost' = 'open'
  let cancelMark = () => {}

  /** After a write that was not taken: false when the job is somebody else's by now. */
  async function isStillOurs(): Promise<boolean> {
    const reloaded = reloadRun(run, await context.store.jobs.find(job.id))
    if (reloaded === null) return false
    run = reloaded
    return true
  }

  function giveUp(): void {
    state = 'lost'
    progress.stop()
    lost()
  }

  /** Posts a change; what became of it is known when this resolves. Never rejects: a run goes on without its mark or its progress. */
  async function post(change: Change): Promise<boolean> {
    try {
      const written = await commit(context, change).catch((error) => {
        log.warn({ job: job.id }, 'a running job could not be recorded', error)
        return false
      })
      if (!written && !(await isStillOurs())) giveUp()
      return written
    } catch (error) {
      log.error({ job: job.id }, 'a running job could not be read', error)
      return false
    }
  }

  /** Nobody waits for the mark, because it announces nothing. While the store cannot take it, it is tried again. */
  function mark(): void {
    cancelMark()
    void turns.run(async () => {
      if (run.isMarked || state !== 'open') return
      const heldUnder = storedLease(run)
      run = nextWrite(run)
      if (!(await post([{ write: 'updateJob', job: run.job, heldUnder }])) && state === 'open')
        cancelMark = clock.after(MARK_AGAIN_MS, mark)
    })
  }

  function progressWrite(): Write {
    return { write: 'updateProgress', tenantId: job.tenantId, jobId: job.id, lease: run.job.lease, progress: progress.current() }
  }

  function writeProgress(): void {
    if (!run.isMarked) mark()
    void turns.idle().then(async () => {
      if (state !== 'open') return
      progress.writing()
      if (!(await post([progressWrite()]))) progress.writeFailed()
    })
  }

  async function cancelOnce(deed: Deed | null): Promise<boolean | 'lost'> {
    const heldUnder = storedLease(run)
    run = nextWriteOfCancel(run)
    const written = await commit(withDeed(context, deed), [{ write: 'updateJob', job: run.job, heldUnder }]).catch(async (error) => {
      await isStillOurs()
      throw error
    })
    if (written) return true
    if (await isStillOurs()) return 'lost'
    giveUp()
    return false
  }

  async function endOnce(outcome: RunOutcome): Promise<Job | null | 'lost'> {
    const change: Write[] = []
    if (progress.hasUnwritten()) {
      // Progress is of a running job: what a quick one has reported needs its mark, in the same commit.
      if (!run.isMarked) {
        const heldUnder = storedLease(run)
        run = nextWrite(run)
        change.push({ write: 'updateJob', job: run.job, heldUnder })
      }
      change.push(progressWrite())
    }
    const { upstreamPatienceMs } = context.settings.job
    const next = endRun({ ...run.job, version: run.version }, outcome, clock.now(), context.random(), upstreamPatienceMs)
    const result = next.status === 'completed' && outcome.kind === 'completed' ? outcome.result : null
    change.push({ write: 'updateJob', job: next, heldUnder: storedLease(run) })
    if (result !== null && result.kind !== 'location') change.push({ write: 'insertResult', jobId: job.id, bytes: result.bytes })
    if (isFinished(next)) change.push(...(await stageJobEnd(context, next, progress.current(), result)))
    if (await commit(context, change, { mustRecord: true })) return next
    return (await isStillOurs()) ? 'lost' : null
  }

  return {
    get job() {
      return run.job
    },
    mark,
    report(report) {
      if (state !== 'open' || report.kind === 'cut') return
      progress.report(report)
      const { percent = null, stage = null } = progress.current() ?? {}
      log.debug({ job: job.id, type: job.type, attempt: run.job.attempt, percent, stage }, 'job progress')
    },
    requestCancel: (deed) => turns.run(async () => state !== 'lost' && retrying(`job ${job.id}`, () => cancelOnce(deed))),
    end(outcome) {
      if (state === 'open') state = 'ended'
      cancelMark()
      progress.stop()
      return turns.run(async () => (state === 'lost' ? null : retrying(`job ${job.id}`, () => endOnce(outcome))))
    },
  }
}
