/** Looks at jobs that somebody follows live: one look for all who follow the same job. In memory, of this process. */
import { type JobState, jobState, newsOf } from '../../domain/job-news.ts'
import type { JobView } from '../../domain/job-view.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import { jobDocument } from '../../wire/documents/job.ts'
import { isExpired } from '../access/find-job.ts'
import type { Context } from '../process/context.ts'
import { every } from '../process/every.ts'
import { estimateJob, type PollingEstimate } from './estimate.ts'

/** Pause between two tellings of progress, milliseconds: with what somebody is told when they join, never more than four a second. */
const PROGRESS_EVERY_MS = 334
/** Every followed job is looked at again after so long, milliseconds: estimates change without a message, and one may be lost. */
const LOOK_AGAIN_MS = { alone: 15_000, amongOthers: 5_000 }
/** So many are looked at in one turn of the event loop. */
const LOOKS_A_TURN = 100
/** A job turns overdue at a known time; one that is further away is looked for again. */
const LONGEST_WAIT_MS = 3_600_000

/** A job as it was at one moment. */
export interface JobSnapshot {
  view: JobView
  estimate: PollingEstimate
  state: JobState
  /** The job document that everybody may see who may see the job; made once for all. */
  document(): string
}

/** Who follows a job. */
export interface JobListener {
  /** The job has news, for this listener or another one. */
  hear(snapshot: JobSnapshot): void
  /** There is no such job any more. */
  lose(): void
}

/** The followed jobs of this process. */
export interface JobWatches {
  /** The job as `view` shows it. */
  snapshot(view: JobView): Promise<JobSnapshot>
  /** Tells what the job is like from now on, beginning soon, until the answer is called. */
  watch(id: string, listener: JobListener): () => void
}

interface JobWatch {
  listeners: Set<JobListener>
  look(): Promise<void>
  stop(): void
}

/** No job is followed yet. */
export function createJobWatches(context: Context): JobWatches {
  const watches = new Map<string, JobWatch>()
  let stopLooking = () => {}

  async function lookAtAll(): Promise<void> {
    let looks = 0
    for (const watch of [...watches.values()]) {
      await watch.look()
      looks += 1
      if (looks % LOOKS_A_TURN === 0) await context.clock.sleep(0)
    }
  }

  return {
    snapshot: (view) => snapshotOf(context, view),
    watch(id, listener) {
      if (watches.size === 0) {
        const ms = context.bus === null ? LOOK_AGAIN_MS.alone : LOOK_AGAIN_MS.amongOthers
        stopLooking = every(context, ms, 'looking at followed jobs', lookAtAll)
      }
      const watch = watches.get(id) ?? createJobWatch(context, id)
      watches.set(id, watch)
      watch.listeners.add(listener)
      void watch.look()
      return () => {
        if (!watch.listeners.delete(listener) || watch.listeners.size > 0) return
        watch.stop()
        watches.delete(id)
        if (watches.size === 0) stopLooking()
      }
    },
  }
}

async function snapshotOf(context: Context, view: JobView): Promise<JobSnapshot> {
  const estimate = await estimateJob(context, view)
  let text: string | null = null
  return {
    view,
    estimate,
    state: jobState(view, estimate.overdue),
    document: () => (text ??= jobDocument(view, estimate, context.settings)),
  }
}

function createJobWatch(context: Context, id: string): JobWatch {
  const { clock, log, store } = context
  const listeners = new Set<JobListener>()
  /** Those who have been told since they came. What the others have seen may be older than what was told last. */
  const greeted = new WeakSet<JobListener>()
  let told: JobState | null = null
  let progressToldAt = Number.NEGATIVE_INFINITY
  let looking = false
  let again = false
  let cancelTimer = () => {}

  function lookIn(ms: number): void {
    cancelTimer()
    cancelTimer = clock.after(ms, () => void look())
  }

  function tell(snapshot: JobSnapshot): void {
    const { overdueInMs } = snapshot.estimate
    cancelTimer()
    if (overdueInMs !== null) lookIn(Math.min(overdueInMs, LONGEST_WAIT_MS))
    const news = newsOf(told, snapshot.state)
    const waitMs = news === 'progress' ? progressToldAt + PROGRESS_EVERY_MS - clock.monotonic() : 0
    if (waitMs > 0) lookIn(waitMs)
    for (const listener of [...listeners]) {
      if ((news === null || waitMs > 0) && greeted.has(listener)) continue
      greeted.add(listener)
      listener.hear(snapshot)
    }
    if (news === null || waitMs > 0) return
    if (news === 'progress') progressToldAt = clock.monotonic()
    told = snapshot.state
  }

  async function lookOnce(): Promise<void> {
    const view = await store.jobs.view(id)
    if (view === null || isExpired(context, view)) for (const listener of [...listeners]) listener.lose()
    else tell(await snapshotOf(context, view))
  }

  async function look(): Promise<void> {
    again = true
    if (looking) return
    looking = true
    try {
      while (again && listeners.size > 0) {
        again = false
        await lookOnce()
      }
    } catch (error) {
      // The next message or the next round looks again.
      if (!(error instanceof StoreUnavailable)) log.error({}, 'looking at a followed job failed', error)
    } finally {
      looking = false
    }
  }

  const unwatch = context.topics.watch({ job: id }, () => void look())
  return {
    listeners,
    look,
    stop() {
      unwatch()
      cancelTimer()
    },
  }
}
