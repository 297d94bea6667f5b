import { Refusal } from '../domain/errors.ts'
import { expiresAt, type JobView } from '../domain/job-document.ts'
import type { Reader, World } from './world.ts'

/**
 * A job the reader may see. Refuses with `not_found` for an unknown id and for another tenant's alike, and with `gone`
 * from the end of its retention on.
 */
export async function findJob(world: World, reader: Reader, id: string): Promise<JobView> {
  const view = await world.store.jobView(id)
  if (view) {
    if (!maySee(reader, view.job.tenantId)) throw notFound()
    if (isExpired(world, view)) throw gone()
    return view
  }
  const tombstone = await world.store.tombstone(id, world.clock.now())
  if (tombstone && maySee(reader, tombstone.tenantId)) throw gone()
  throw notFound()
}

/** Its retention is over, and the purge has not come by yet. */
export function isExpired({ settings, clock }: World, view: JobView): boolean {
  const expires = expiresAt(view, settings)
  return expires !== null && expires <= clock.now()
}

export function maySee(reader: Reader, tenantId: string): boolean {
  return reader.tenantId === null || reader.tenantId === tenantId
}

/** The same words whatever was asked for: they tell nothing of what exists elsewhere. */
export function notFound(): Refusal {
  return new Refusal('not_found', 'There is nothing here under this id.')
}

function gone(): Refusal {
  return new Refusal('gone', 'This job has ended and its retention is over.')
}
