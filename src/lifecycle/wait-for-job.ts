import type { JobView } from '../domain/job-document.ts'
import { findJob } from './find-job.ts'
import { hold } from './hold.ts'
import type { Reader, World } from './world.ts'

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
export function waitForJob(world: World, reader: Reader, id: string, { ms, signal, until }: Wait): Promise<JobView> {
  return hold(world, { subject: id, ms, signal }, async () => {
    const found = await findJob(world, reader, id)
    return { found, enough: () => until(found) }
  })
}
