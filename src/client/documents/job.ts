/** Documents of jobs as they stand on the wire. Times are RFC 3339, UTC. */

/** Where a job is in its life. The last three are ends. */
export type JobStatus = 'pending' | 'running' | 'completed' | 'failed' | 'canceled'

/** One named step of a run. */
export interface JobStep {
  name: string
  status: 'pending' | 'running' | 'completed' | 'failed'
}

/** How far a run has come. */
export interface JobProgress {
  percent: number | null
  stage: string | null
  message: string | null
  steps: JobStep[]
}

/** Why a job failed, or its last attempt while it waits for the next. */
export interface JobError {
  code: string
  message: string
  retryable: boolean
  details: unknown
  /** What really happened. Only for keys with the scope `admin`. */
  internal?: { name: string; message: string; stack: string }
}

/** What has become of the callback to the job's own URL. */
export interface JobCallback {
  url: string
  status: 'pending' | 'delivered' | 'dead' | 'canceled' | 'skipped'
  attempts: number
  next_attempt_at: string | null
  last_status: number | null
}

/** The job document. */
export interface JobDocument<Result = unknown> {
  id: string
  /** In lists with `tenant` only. */
  tenant_id?: string
  type: string
  status: JobStatus
  status_url: string
  result_url: string
  cancel_url: string
  created_at: string
  run_at: string | null
  /** Of the first run. */
  started_at: string | null
  finished_at: string | null
  /** From then on reads answer 410. */
  expires_at: string | null
  attempt: number
  max_attempts: number
  next_attempt_at: string | null
  cancel_requested: boolean
  overdue: boolean
  progress: JobProgress | null
  estimated_completion_at: string | null
  /** Exact to 100, null beyond. */
  queue_position: number | null
  /** A JSON result of at most 64 KiB; `result()` gets every result. */
  result: Result | null
  error: JobError | null
  /** Media type of the result, and its size. */
  result_type: string | null
  result_bytes: number | null
  callback: JobCallback | null
  /** The job that this one does once more. */
  rerun_of: string | null
  tags: string[]
  metadata: Record<string, string>
}

/** Whether the job has reached one of its ends. */
export function hasEnded({ status }: { status: JobStatus }): boolean {
  return status === 'completed' || status === 'failed' || status === 'canceled'
}

/** What chooses jobs, in the list and in the filter of a rerun. */
export interface JobFilter {
  status?: JobStatus | undefined
  type?: string | undefined
  tag?: string | undefined
  /** Code of the last failure. */
  error_code?: string | undefined
  overdue?: boolean | undefined
  started_before?: string | undefined
  created_after?: string | undefined
  created_before?: string | undefined
}

/** Which jobs a rerun by filter means. */
export interface RerunRequest {
  /** At least one member; `{ all: true }` for every job that has ended. */
  filter: JobFilter | { all: true }
  /** Only jobs that ended before. Send the `as_of` of the first answer again with the calls that go on. */
  as_of?: string | undefined
  /** Count, and change nothing. */
  dry_run?: boolean | undefined
}

/** What a rerun by filter did. */
export interface RerunAnswer {
  rerun: number
  has_more: boolean
  as_of: string
}

/** What a rerun by filter would do. */
export interface RerunPreview {
  would_rerun: number
  by: { type: string; error_code: string | null; count: number }[]
  as_of: string
}

/** A job type that can be submitted. */
export interface JobTypeDocument {
  type: string
  /** JSON Schema of the payload; null: any JSON is taken. */
  input_schema: unknown
  /** A payload of that shape. */
  example: unknown
  timeout_seconds: number
  max_attempts: number
  concurrency: number | null
  steps: string[]
  isolated: boolean
  paused_until: string | null
  /** Only for keys with the scope `admin`. */
  source?: string
}

/** Jobs counted by type, status and error code, largest group first. */
export interface JobSummary {
  data: { tenant_id?: string; type: string; status: JobStatus; error_code: string | null; count: number }[]
  created_after: string
  /** False: there are more than were counted. */
  complete: boolean
}
