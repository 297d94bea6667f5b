/** What of a job has changed since somebody saw it: what a live stream tells, and what it leaves out. */
import { JOB_STATUSES, type JobStatus } from './job.ts'
import type { JobView } from './job-view.ts'

/** The parts of a job whose change is news. */
export interface JobState {
  jobId: string
  status: JobStatus
  attempt: number
  cancelRequested: boolean
  overdue: boolean
  progressRevision: number
}

/** `status`: anything of the state but progress; `progress`: that alone; the others are ends. */
export type JobNews = 'status' | 'progress' | 'completed' | 'failed' | 'canceled'

/** The state that a job is in. */
export function jobState({ job, progressRevision }: JobView, overdue: boolean): JobState {
  const { id, status, attempt, cancelRequested } = job
  return { jobId: id, status, attempt, cancelRequested, overdue, progressRevision }
}

/** What is to be told to somebody who has seen `seen` (null: nothing yet). Null: there is no news, and after an end there never is. */
export function newsOf(seen: JobState | null, now: JobState): JobNews | null {
  if (seen?.status !== now.status) return endOf(now.status) ?? 'status'
  if (endOf(now.status) !== null) return null
  if (seen.attempt !== now.attempt || seen.cancelRequested !== now.cancelRequested || seen.overdue !== now.overdue) return 'status'
  return seen.progressRevision === now.progressRevision ? null : 'progress'
}

/** Whether nothing follows this news. */
export function isEnd(news: JobNews): boolean {
  return news !== 'status' && news !== 'progress'
}

/** Whether a view was read before another one of the same job. */
export function isOlder(view: JobView, than: JobView): boolean {
  return view.job.version < than.job.version || view.progressRevision < than.progressRevision
}

/** The name of a state, for `id:` of a frame. */
export function stateName({ jobId, status, attempt, cancelRequested, overdue, progressRevision }: JobState): string {
  const parts = [JOB_STATUSES.indexOf(status), attempt, cancelRequested ? 1 : 0, overdue ? 1 : 0, progressRevision]
  return `${jobId}-${parts.map((part) => part.toString(36)).join('-')}`
}

/** The state of this job that a name stands for; null when it is the name of none. */
export function namedState(jobId: string, name: string): JobState | null {
  const [, owner, ...parts] = /^(\w{1,80})-([0-4])-([0-9a-z]{1,8})-([01])-([01])-([0-9a-z]{1,8})$/.exec(name) ?? []
  const [status, attempt = 0, cancelRequested, overdue, progressRevision = 0] = parts.map((part) => Number.parseInt(part, 36))
  const found = JOB_STATUSES[status ?? -1]
  if (owner !== jobId || found === undefined) return null
  return { jobId, status: found, attempt, cancelRequested: cancelRequested === 1, overdue: overdue === 1, progressRevision }
}

function endOf(status: JobStatus): 'completed' | 'failed' | 'canceled' | null {
  return status === 'pending' || status === 'running' ? null : status
}
