import { callbackHeaders } from '../domain/callback-headers.ts'
import { type Delivery, endTry, isOpen, type SendingDelivery, type SendOutcome, startSending, type Try } from '../domain/delivery.ts'
import { judgeTry } from '../domain/destination.ts'
import { sign, signingKey } from '../domain/signature.ts'
import type { DeliveryWork, Write } from '../ports.ts'
import type { HeldDelivery } from './handover.ts'
import { persist } from './persist.ts'
import type { World } from './world.ts'

/**
 * One try of a delivery: sign, POST, record. Resolves when what came of it is durable; never rejects.
 *
 * A delivery held in memory is not marked as being sent: until its outcome is written it is `pending` under this
 * process's lease, which a crash leaves in the same place as a mark would.
 *
 * @param probe whether it goes out while its destination's breaker is open
 */
export async function deliver(world: World, work: DeliveryWork | HeldDelivery, probe: boolean): Promise<void> {
  const { clock, log } = world
  const startedAt = clock.now()
  try {
    const outcome = await attempt(world, work, startedAt)
    const ended = await record(world, work, { outcome, startedAt, now: clock.now(), probe, random: world.random() })
    await tellDestination(world, work.delivery.destination, outcome, startedAt)
    if (ended) afterTry(world, ended, outcome)
    else log.warn({ delivery: work.delivery.id }, 'a try was given up: the delivery belongs to somebody else now')
  } catch (error) {
    log.error({ delivery: work.delivery.id, error: String(error) }, 'a try could not be recorded')
  }
}

async function attempt(world: World, work: DeliveryWork | HeldDelivery, startedAt: number): Promise<SendOutcome> {
  const { delivery, body } = work
  const secrets = await world.store.signingSecrets(delivery.tenantId, delivery.endpointId, startedAt)
  const timestampSeconds = Math.floor(startedAt / 1000)
  const signature = sign(
    secrets.map((secret) => signingKey(secret.secret)),
    delivery.eventId,
    timestampSeconds,
    body,
  )
  const headers = callbackHeaders({
    eventId: delivery.eventId,
    timestampSeconds,
    signature,
    version: world.settings.version,
    custom: work.headers,
  })
  return world.sender.send({ destination: delivery.destination, url: delivery.url, headers, body }, world.sending.signal)
}

/** Writes what came of the try. Null: the delivery is no longer ours. */
async function record(world: World, work: DeliveryWork | HeldDelivery, one: Try): Promise<Delivery | null> {
  const { delivery, attempt } = endTry(sending(world, work), one, world.settings.callbackPolicy)
  const change: Write[] = [{ write: 'updateDelivery', delivery }]
  if (attempt) change.push({ write: 'insertAttempt', attempt })
  if (!isOpen(delivery)) change.push({ write: 'settleJob', jobId: delivery.jobId, at: one.now })
  return (await persist(world, change)) ? delivery : null
}

/** Tells the destination, before the slot is free: its next request is decided with this one in mind. */
async function tellDestination(world: World, id: string, outcome: SendOutcome, startedAt: number): Promise<void> {
  const kind = outcome.kind === 'answered' || outcome.kind === 'failed' ? judgeTry(outcome.status, outcome.error) : null
  if (kind) await world.destinations.report(id, { kind, startedAt, now: world.clock.now() })
}

/** As being sent, with the version the store has: a held record is still `pending` there. */
function sending(world: World, { delivery }: DeliveryWork | HeldDelivery): SendingDelivery {
  if (delivery.status === 'sending') return delivery
  return { ...startSending(delivery, `${world.worker}.${delivery.version}`), version: delivery.version }
}

function afterTry(world: World, delivery: Delivery, outcome: SendOutcome): void {
  const { id, eventId, jobId, tenantId, status, attempts, destination } = delivery
  const dueAt = delivery.status === 'pending' ? delivery.dueAt : null
  world.log.info(
    {
      delivery: id,
      event: eventId,
      job: jobId,
      tenant: tenantId,
      destination,
      attempt: attempts,
      outcome: outcome.kind,
      http_status: outcome.status,
      error: outcome.error,
      ms: Math.round(outcome.ms),
      status,
      reason: delivery.status === 'dead' ? delivery.reason : null,
      next_attempt_at: dueAt,
    },
    'callback attempt',
  )
  if (dueAt !== null) {
    world.handover.deliveries.stored(destination, dueAt)
    world.queue.wake('delivery', destination, dueAt)
  }
  world.waiters.notify(jobId)
}
