import { ProblemError } from '../../domain/errors.ts'
import { expiresAt, type JobView } from '../../domain/job-view.ts'
import type { Context, Reader } from '../process/context.ts'

/**
 * A job the reader may see. Refuses with `not_found` for an unknown id and for another tenant's alike, and with `gone`
 * from the end of its retention on.
 */
export async function findJob(context: Pick<Context, 'store' | 'clock' | 'settings'>, reader: Reader, id: string): Promise<JobView> {
  const view = await context.store.jobs.view(id)
  if (view) {
    if (!maySee(reader, view.job.tenantId)) throw notFound()
    if (isExpired(context, view)) throw gone()
    return view
  }
  const tombstone = await context.store.jobs.tombstone(id, context.clock.now())
  if (tombstone && maySee(reader, tombstone.tenantId)) throw gone()
  throw notFound()
}

/** Its retention is over, and the purge has not come by yet. */
export function isExpired({ settings, clock }: Pick<Context, 'settings' | 'clock'>, view: JobView): boolean {
  const expires = expiresAt(view, settings.retentionMs)
  return expires !== null && expires <= clock.now()
}

/** Whether a reader may see what belongs to this tenant. */
export function maySee(reader: Reader, tenantId: string): boolean {
  return reader.tenantId === null || reader.tenantId === tenantId
}

/** One text for everything that is asked for: it reveals nothing of what exists elsewhere. */
export function notFound(): ProblemError {
  return new ProblemError('not_found', 'There is nothing here under this id.')
}

function gone(): ProblemError {
  return new ProblemError('gone', 'This job has ended and its retention is over.')
}
