import type { JobView } from '../../domain/job-view.ts'
import { findJob } from '../access/find-job.ts'
import type { Context, Reader } from '../process/context.ts'
import { longPoll } from '../process/long-poll.ts'

/** What is waited for, and how long. */
export interface Wait {
  /** At most this long, in milliseconds. */
  ms: number
  /** The caller is gone. */
  signal: AbortSignal
  /** Whether this is what the caller waits for. A number: not yet, but it may be so by itself after that many milliseconds. */
  until: (view: JobView) => boolean | Promise<boolean | number>
}

/**
 * The job as soon as `until` holds, or as it is when the time is up, the caller is gone or the process stops.
 * Refuses with `not_found`, `gone`, or `overloaded` when too many wait already.
 */
export function waitForJob(context: Context, reader: Reader, id: string, { ms, signal, until }: Wait): Promise<JobView> {
  return longPoll(context, { topic: { job: id }, ms, signal }, async () => {
    const found = await findJob(context, reader, id)
    return { found, enough: () => until(found) }
  })
}
