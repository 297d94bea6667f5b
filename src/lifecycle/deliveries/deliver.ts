import {
  abandonDelivery,
  type Delivery,
  finishAttempt,
  isOpen,
  type SendingDelivery,
  type SendOutcome,
  startSending,
  type Try,
} from '../../domain/delivery.ts'
import { type AttemptReport, classifyAttempt } from '../../domain/destination.ts'
import { leaseOf } from '../../domain/lease.ts'
import type { DeliveryWork } from '../../ports/lanes.ts'
import { commit } from '../commit/commit.ts'
import type { BufferedDelivery } from '../commit/local-queue.ts'
import { judgeEndpoint } from '../endpoints/record-endpoint-attempt.ts'
import { followEndpoint } from '../outbox/follow-endpoint.ts'
import { moveDelivery } from '../outbox/move-delivery.ts'
import type { Context } from '../process/context.ts'
import { type Aim, sendSigned } from './send-signed.ts'

export interface SeenBreaker {
  probe: boolean
  openAt: number | null
}

/**
 * One try of a delivery: sign, POST, record. Resolves when what came of it is durable; never rejects.
 *
 * A delivery held in memory is not marked as being sent: until its outcome is written it is `pending` under this
 * process's lease, which a crash leaves in the same place as a mark would.
 *
 * @param breaker `probe`: it goes out while its destination's breaker is open; `openAt`: when that was open last, null when it was not
 * @param answered called when the request is no longer in flight; for a probe and for a failure when the destination knows of it
 *   too, or the next ones would go out before this one is judged
 */
export async function deliver(
  context: Context,
  work: DeliveryWork | BufferedDelivery,
  breaker: SeenBreaker,
  answered: () => void,
): Promise<void> {
  const { clock, log } = context
  const startedAt = clock.now()
  try {
    if (work.delivery.damage !== undefined) return await abandon(context, work.delivery)
    const aim = await aimOf(context, work, startedAt)
    if (aim === null) return
    const { delivery, body } = work
    const { outcome, sent } = await sendSigned(context, { ...delivery, body }, aim, startedAt, context.outgoing.signal)
    const told = tellDestination(context, work.delivery.destination, outcome, startedAt)
    if (breaker.probe || judged(outcome) !== 'ok') await told
    answered()
    const ended = await record(context, work, {
      outcome,
      sent,
      startedAt,
      now: clock.now(),
      openAt: breaker.openAt,
      random: context.random(),
    })
    await told
    if (ended === null) return log.warn({ delivery: work.delivery.id }, 'a try was given up: the delivery belongs to somebody else now')
    afterTry(context, ended, outcome)
    await tellEndpoint(context, ended, outcome)
  } catch (error) {
    log.error({ delivery: work.delivery.id, error: String(error) }, 'a try could not be recorded')
  }
}

/** What cannot be read cannot be sent: it is in the dead-letter queue, and its lane goes on. */
async function abandon(context: Context, delivery: DeliveryWork['delivery'] | BufferedDelivery['delivery']): Promise<void> {
  if (delivery.status !== 'sending') return
  const now = context.clock.now()
  context.log.error({ delivery: delivery.id, damage: delivery.damage }, 'a delivery cannot be read and is given up')
  await commit(context, moveDelivery(abandonDelivery(delivery, now), now), { mustRecord: true })
}

/** What this try is signed with and carries. Null: there is none, the delivery has followed its endpoint elsewhere. */
async function aimOf(context: Context, { delivery, headers }: DeliveryWork | BufferedDelivery, at: number): Promise<Aim | null> {
  const { tenantId, endpointId } = delivery
  if (endpointId === null) return { secrets: await context.store.tenants.signingSecrets(tenantId, null, at), headers }
  const [endpoint, secrets] = await Promise.all([
    context.store.endpoints.find(endpointId),
    context.store.tenants.signingSecrets(tenantId, endpointId, at),
  ])
  // Secrets go with their endpoint: one without has been deleted between the two reads.
  const present = secrets.length > 0 ? endpoint : null
  if (await followEndpoint(context, delivery, present)) return null
  return { secrets, headers: present?.headers ?? {} }
}

/** Writes what came of the try. Null: the delivery is no longer ours. */
async function record(context: Context, work: DeliveryWork | BufferedDelivery, one: Try): Promise<Delivery | null> {
  const { delivery, attempt } = finishAttempt(sending(context, work), one, context.settings.callbackPolicy)
  const change = moveDelivery(delivery, one.now)
  if (attempt) change.push({ write: 'insertAttempt', attempt })
  return (await commit(context, change, { mustRecord: true })) ? delivery : null
}

/** What the try says of its destination's host; null: nothing, it never got there. */
function judged({ kind, status, error }: SendOutcome): AttemptReport['kind'] | null {
  return kind === 'answered' || kind === 'failed' ? classifyAttempt(status, error) : null
}

/** Its destination's limit and breaker take the try into account. */
async function tellDestination(context: Context, id: string, outcome: SendOutcome, startedAt: number): Promise<void> {
  const kind = judged(outcome)
  if (kind === null) return
  const met = outcome.error ?? String(outcome.status)
  await context.destinations.report(id, { kind, error: met, startedAt, now: context.clock.now() }).catch((error) => {
    // Advice for the next tries: it must not cost the record of this one.
    context.log.warn({ destination: id, error: String(error) }, 'a destination could not be told of a try')
  })
}

/** Tells the endpoint, and what is left to try follows it: it may have been disabled, changed or deleted while the try was in flight. */
async function tellEndpoint(context: Context, delivery: Delivery, outcome: SendOutcome): Promise<void> {
  if (delivery.endpointId === null || outcome.kind === 'interrupted') return
  const endpoint = await judgeEndpoint(context, delivery.endpointId, delivery, outcome)
  if (isOpen(delivery)) await followEndpoint(context, delivery, endpoint)
}

/** As being sent, with the version the store has: a held record is still `pending` there. */
function sending(context: Context, { delivery }: DeliveryWork | BufferedDelivery): SendingDelivery {
  if (delivery.status === 'sending') return delivery
  return { ...startSending(delivery, leaseOf(context.identity.current(), delivery.version)), version: delivery.version }
}

function afterTry(context: Context, delivery: Delivery, outcome: SendOutcome): void {
  const { id, eventId, jobId, tenantId, status, attempts, destination } = delivery
  const dueAt = delivery.status === 'pending' ? delivery.dueAt : null
  context.log.info(
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
      error_cause: outcome.errorCause,
      ms: Math.round(outcome.ms),
      status,
      reason: delivery.status === 'dead' ? delivery.reason : null,
      next_attempt_at: dueAt,
    },
    'callback attempt',
  )
}
