import { newDeadDelivery, newDelivery } from '../../domain/delivery.ts'
import { destinationOf } from '../../domain/destination.ts'
import type { Event } from '../../domain/event.ts'
import { leaseOf } from '../../domain/lease.ts'
import type { Write } from '../../ports/change.ts'
import type { Context } from '../process/context.ts'

/** What the outbox works with. */
export type OutboxContext = Pick<Context, 'store' | 'settings' | 'ids' | 'localQueues' | 'identity'>

/** Where one delivery of an event goes: a job's own URL, or an endpoint. */
export interface Target {
  endpointId: string | null
  url: string
  /** The endpoint is disabled: the delivery is inserted dead. */
  disabled: boolean
}

/**
 * The writes of an event and of one delivery for each target, all of the event's own bytes: to be committed together with what the event
 * tells (transactional outbox). A delivery for which the local queue has a place gets a lease of this process; the commit gives the place
 * back unless it writes.
 *
 * @param jobType the type of the event's job; null for an event that is about no job
 */
export function eventWrites(context: OutboxContext, event: Event, jobType: string | null, targets: readonly Target[]): Write[] {
  const { localQueues, settings } = context
  const now = event.createdAt
  const writes: Write[] = [{ write: 'insertEvent', event }]
  for (const { endpointId, url, disabled } of targets) {
    const destination = destinationOf(event.tenantId, url)
    const about = { tenantId: event.tenantId, eventId: event.id, eventType: event.type, jobId: event.jobId, jobType }
    const input = { id: context.ids.next('dlv'), ...about, endpointId, url, destination }
    if (disabled) {
      const delivery = newDeadDelivery(input, settings.callback, now)
      writes.push({ write: 'insertDelivery', delivery })
      continue
    }
    const isHeld = localQueues.delivery.reserve(destination, event.body.byteLength, now)
    const delivery = newDelivery(input, settings.callback, now, isHeld ? leaseOf(context.identity.current(), 0) : null)
    writes.push({ write: 'insertDelivery', delivery })
  }
  return writes
}
