import { newDelivery } from '../domain/delivery.ts'
import { destinationOf } from '../domain/destination.ts'
import { eventBody } from '../domain/event.ts'
import { eventTypeOf, type FinishedJob, type JobResult } from '../domain/job.ts'
import { INLINE_RESULT_LIMIT, jobDocument } from '../domain/job-document.ts'
import type { Progress } from '../domain/progress.ts'
import type { Change, Write } from '../ports.ts'
import type { HeldDelivery } from './handover.ts'
import type { World } from './world.ts'

/** What belongs to a job's end: writes for the same commit, and what to do once that commit has answered. */
export interface Announcement {
  writes: Change
  /** After a commit that answered true: wakes the lanes and whoever waits for the job. */
  committed(): void
  /** After a commit that did not: gives reserved places back. */
  abandoned(): void
}

/**
 * The event of a job's end, its deliveries and its retention, to be committed together with the finished job
 * (transactional outbox: no end without its deliveries, no delivery of an end that is not stored).
 */
export function announceEnd(world: World, job: FinishedJob, progress: Progress | null, result: JobResult | null): Announcement {
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
  const writes: Write[] = [{ write: 'insertEvent', event }]
  const held: HeldDelivery[] = []
  const lanes: string[] = []

  if (job.callback?.events.includes(type)) {
    const { url, headers } = job.callback
    const lane = destinationOf(job.tenantId, url)
    const lease = world.handover.deliveries.reserve(lane, event.body.byteLength, now) ? `${world.worker}.0` : null
    const target = { eventId: event.id, eventType: type, jobId: job.id, jobType: job.type, endpointId: null, url, destination: lane }
    const delivery = newDelivery(
      { id: world.ids.next('dlv'), tenantId: job.tenantId, ...target },
      world.settings.callbackPolicy,
      now,
      lease,
    )
    writes.push({ write: 'insertDelivery', delivery })
    if (lease) held.push({ delivery, body: event.body, headers })
    lanes.push(lane)
  }
  writes.push({ write: 'settleJob', jobId: job.id, at: now })

  return {
    writes,
    committed() {
      for (const work of held) world.handover.deliveries.put(work.delivery.destination, work)
      for (const lane of lanes) {
        if (held.length === 0) world.handover.deliveries.stored(lane, now)
        world.queue.wake('delivery', lane)
      }
      world.waiters.notify(job.id)
    },
    abandoned() {
      for (const work of held) world.handover.deliveries.unreserve(work.delivery.destination)
    },
  }
}
