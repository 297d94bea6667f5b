/** A job as it is shown: its record with what is stored beside it. */
import type { Delivery } from './delivery.ts'
import type { Job } from './job.ts'
import type { Progress } from './progress.ts'

/** A JSON result above this many bytes is not inlined; `result_url` has it. */
export const INLINE_RESULT_LIMIT = 64 * 1024

/** A job with everything stored beside it that its document shows. */
export interface JobView {
  job: Job
  progress: Progress | null
  /** Counts the progress reports stored; part of the ETag. */
  progressRevision: number
  /** From when retention runs: the job's end or the end of its last delivery; null while either is open. */
  settledAt: number | null
  /** A JSON result of at most INLINE_RESULT_LIMIT bytes, as the bytes the handler's answer was kept in. */
  inlineResult: Uint8Array | null
  /** The delivery to the job's own callback URL; null before the job's end, without a URL, or when its end is not among the events. */
  callbackDelivery: Delivery | null
}

/** When reads of a settled job begin to answer `gone`, milliseconds since the epoch; null while it is open. */
export function expiresAt({ settledAt }: Pick<JobView, 'settledAt'>, retentionMs: number): number | null {
  return settledAt === null ? null : settledAt + retentionMs
}
