import { type DeadDelivery, newDeadDelivery, newDelivery, type PendingDelivery } from '../../domain/delivery.ts'
import { destinationOf } from '../../domain/destination.ts'
import type { Event } from '../../domain/event.ts'
import { leaseOf } from '../../domain/lease.ts'
import type { Change, Write } from '../../ports/change.ts'
import type { Context } from '../process/context.ts'
import type { BufferedDelivery } from '../process/local-queue.ts'
import { tellFollowed } from './follow-endpoint.ts'

/** Where one delivery of an event goes: a job's own URL, or an endpoint. */
export interface Target {
  endpointId: string | null
  url: string
  /** Of a job's own callback; an endpoint's are read at each try. */
  headers: Readonly<Record<string, string>>
  /** The endpoint is: the delivery is dead from the beginning. */
  disabled: boolean
}

/** What belongs to an event: writes for the commit of what it tells, and what to do once that commit has answered. */
export interface StagedEvent {
  /** Those that go out. */
  deliveries: readonly PendingDelivery[]
  writes: Change
  /** After a commit that answered true: wakes the lanes, and tells of those that are dead. */
  committed(): void
  /** After a commit that did not: gives reserved places back. */
  abandoned(): void
}

/**
 * An event and one delivery for each target, all of the event's own bytes, to be committed together with what the event
 * tells (transactional outbox). `jobType` is of the event's job.
 */
export function stageEvent(context: Context, event: Event, jobType: string | null, targets: readonly Target[]): StagedEvent {
  const { localQueues, queue, settings } = context
  const now = event.createdAt
  const writes: Write[] = [{ write: 'insertEvent', event }]
  const deliveries: PendingDelivery[] = []
  const dead: DeadDelivery[] = []
  const held: BufferedDelivery[] = []

  for (const { endpointId, url, headers, disabled } of targets) {
    const lane = destinationOf(event.tenantId, url)
    const about = { tenantId: event.tenantId, eventId: event.id, eventType: event.type, jobId: event.jobId, jobType }
    const input = { id: context.ids.next('dlv'), ...about, endpointId, url, destination: lane }
    if (disabled) {
      const delivery = newDeadDelivery(input, settings.callbackPolicy, now)
      writes.push({ write: 'insertDelivery', delivery })
      dead.push(delivery)
      continue
    }
    const lease = localQueues.deliveries.reserve(lane, event.body.byteLength, now) ? leaseOf(context.worker, 0) : null
    const delivery = newDelivery(input, settings.callbackPolicy, now, lease)
    writes.push({ write: 'insertDelivery', delivery })
    deliveries.push(delivery)
    if (lease) held.push({ delivery, body: event.body, headers })
  }

  return {
    deliveries,
    writes,
    committed() {
      for (const work of held) localQueues.deliveries.put(work.delivery.destination, work)
      for (const { lease, destination } of deliveries) {
        if (lease === null) localQueues.deliveries.stored(destination, now)
        queue.wake('delivery', destination)
      }
      for (const delivery of dead) tellFollowed(context, delivery)
      context.waiters.notifyFeed(event.tenantId)
    },
    abandoned() {
      for (const work of held) localQueues.deliveries.unreserve(work.delivery.destination, event.body.byteLength)
    },
  }
}
