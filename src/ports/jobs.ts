import type { Job, JobStatus, PendingJob } from '../domain/job.ts'
import type { JobView } from '../domain/job-view.ts'
import type { Page, PageQuery } from './page.ts'

/** Which jobs are listed; null = all. */
export interface JobQuery extends PageQuery {
  status: JobStatus | null
  type: string | null
  tag: string | null
  /** Of the last failure. */
  errorCode: string | null
  /** Whether it is overdue. `late`: by type, the beginning of an attempt before which a run is. */
  overdue: { is: boolean; late: Readonly<Record<string, number>> } | null
  /** Its first run began before. */
  startedBefore: number | null
}

/** Which jobs, without a page. */
export type JobFilter = Omit<JobQuery, 'limit' | 'before'>

/** Of the jobs that fit those that ended before `endedBefore` and have no rerun yet. */
export interface RerunQuery extends JobFilter {
  endedBefore: number
}

/** A job that may be rerun. */
export interface RerunCandidate {
  id: string
  tenantId: string
  type: string
}

/** Oldest first. A page may be short and still have more; `next` is the position to go on after, null = that was all. */
export interface RerunPage {
  rows: RerunCandidate[]
  next: number | null
}

/** The same rows counted: those of one window, and where the next begins. */
export interface RerunCounts {
  groups: { type: string; errorCode: string | null; count: number }[]
  next: number | null
}

/** `tenantId` null = every tenant (the operator). */
export interface JobSummaryQuery {
  tenantId: string | null
  createdAfter: number
  /** Failed jobs alone, from an index of their own: at most so many, the newest. Null = jobs of every status. */
  failures: number | null
}

/** Jobs that have all of this in common. */
export interface JobGroup {
  tenantId: string
  type: string
  status: JobStatus
  errorCode: string | null
  count: number
}

/** Largest groups first. `complete` is false when there was more than is looked at (`failures`, or 100,000) or shown (1,000 groups). */
export interface JobSummary {
  groups: JobGroup[]
  complete: boolean
}

/** Bytes with their SHA-256. */
export interface StoredBytes {
  bytes: Uint8Array
  sha256: Uint8Array
}

/** Reads of jobs and what is stored beside them. */
export interface JobReads {
  find(id: string): Promise<Job | null>
  view(id: string): Promise<JobView | null>
  /** The stored result, or its bytes from `start` to before `end`; read and hashed off the main thread. */
  result(jobId: string, part: { start: number; end: number } | null): Promise<StoredBytes | null>
  /** The payload's bytes (read off the main thread). */
  payload(jobId: string): Promise<Uint8Array | null>
  list(query: JobQuery): Promise<Page<JobView>>
  /** From the position `after` on (exclusive; 0 is the beginning). At most 5,000 rows are looked at. */
  rerunCandidates(query: RerunQuery, after: number, limit: number): Promise<RerunPage>
  countRerunCandidates(query: RerunQuery, after: number): Promise<RerunCounts>
  summarize(query: JobSummaryQuery): Promise<JobSummary>
  /** Due jobs of the same tenant that run before this pending one, plus one; null beyond `cap`. */
  queuePosition(job: PendingJob, now: number, cap: number): Promise<number | null>
  /** The tenant whose purged job this was, until its tombstone is removed. */
  tombstone(jobId: string, now: number): Promise<{ tenantId: string } | null>
  /** Run times of the newest completed jobs, oldest first (at most `limit` in all). */
  recentDurations(limit: number): Promise<{ type: string; ms: number }[]>
  /** Ids of jobs settled at or before `before`: at most `limit`. */
  expired(before: number, limit: number): Promise<string[]>
}
