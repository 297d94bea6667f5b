import { eventBody } from '../domain/event.ts'
import { eventTypeOf, type FinishedJob, type JobResult } from '../domain/job.ts'
import { INLINE_RESULT_LIMIT, jobDocument } from '../domain/job-document.ts'
import type { Progress } from '../domain/progress.ts'
import { type Announcement, announce, type Target } from './announce.ts'
import { endpointTargets } from './endpoint-targets.ts'
import type { World } from './world.ts'

/**
 * The event of a job's end, its deliveries and its retention, to be committed together with the finished job: no end
 * without its deliveries, no delivery of an end that is not stored. It goes to the job's own URL and to the tenant's
 * endpoints that ask for it; `committed` also wakes whoever waits for the job.
 */
export async function announceEnd(
  world: World,
  job: FinishedJob,
  progress: Progress | null,
  result: JobResult | null,
): Promise<Announcement> {
  const now = job.finishedAt
  const type = eventTypeOf(job)
  const inlineResult = result?.kind === 'json' && result.bytes.byteLength <= INLINE_RESULT_LIMIT ? result.bytes : null
  const view = { job, progress, progressRevision: 0, settledAt: null, inlineResult, callbackDelivery: null }
  const event = {
    id: world.ids.next('evt'),
    tenantId: job.tenantId,
    type,
    jobId: job.id,
    body: eventBody(type, now, jobDocument(view, null, world.settings)),
    createdAt: now,
  }
  const targets: Target[] = await endpointTargets(world, job.tenantId, type)
  if (job.callback?.events.includes(type)) {
    targets.unshift({ endpointId: null, url: job.callback.url, headers: job.callback.headers, disabled: false })
  }
  const announcement = announce(world, event, job.type, targets)
  return {
    ...announcement,
    writes: [...announcement.writes, { write: 'settleJob', jobId: job.id, at: now }],
    committed() {
      announcement.committed()
      world.waiters.notify(job.id)
    },
  }
}
