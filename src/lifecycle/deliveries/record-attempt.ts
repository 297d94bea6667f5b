import { type AttemptOutcome, finishAttempt } from '../../domain/attempt.ts'
import { abandonDelivery, type Delivery, type SendingDelivery, startSending } from '../../domain/delivery.ts'
import { leaseOf } from '../../domain/lease.ts'
import { traceIdOf } from '../../domain/trace.ts'
import type { DeliveryWork } from '../../ports/lanes.ts'
import type { Log } from '../../ports/runtime.ts'
import type { BufferedDelivery } from '../commit/buffered.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import type { OutboxContext } from '../outbox/event-writes.ts'
import { moveDelivery } from '../outbox/move-delivery.ts'

/** Writes what came of an attempt, with its entry in the attempt log. Null: the delivery is no longer ours. */
export async function recordAttempt(
  context: CommitContext & OutboxContext,
  work: DeliveryWork | BufferedDelivery,
  outcome: AttemptOutcome,
): Promise<Delivery | null> {
  const { delivery, attempt } = finishAttempt(asSending(work, context.identity.current()), outcome, context.settings.callback)
  const change = await moveDelivery(context, delivery, work.delivery.lease, outcome.now)
  if (attempt) change.push({ write: 'insertAttempt', attempt })
  if (!(await commit(context, change, { mustRecord: true }))) return null
  logAttempt(context, delivery, outcome)
  return delivery
}

/** Moves a delivery whose record cannot be read to the dead-letter queue, so that its lane goes on. */
export async function recordUnreadable(context: CommitContext & OutboxContext, delivery: SendingDelivery): Promise<void> {
  const now = context.clock.now()
  context.log.error({ delivery: delivery.id, damage: delivery.damage }, 'a delivery cannot be read and is given up')
  await commit(context, await moveDelivery(context, abandonDelivery(delivery, now), delivery.lease, now), { mustRecord: true })
}

/** As being sent, with the version the store has: a delivery from the local queue is still `pending` there. */
function asSending({ delivery }: DeliveryWork | BufferedDelivery, worker: string): SendingDelivery {
  if (delivery.status === 'sending') return delivery
  return { ...startSending(delivery, leaseOf(worker, delivery.version)), version: delivery.version }
}

function logAttempt({ log }: { log: Log }, delivery: Delivery, { outcome, sent }: AttemptOutcome): void {
  log.info(
    {
      delivery: delivery.id,
      event: delivery.eventId,
      job: delivery.jobId,
      tenant: delivery.tenantId,
      destination: delivery.destination,
      attempt: delivery.attempts,
      outcome: outcome.kind,
      http_status: outcome.status,
      error: outcome.error,
      error_cause: outcome.errorCause,
      ms: Math.round(outcome.ms),
      status: delivery.status,
      reason: delivery.status === 'dead' ? delivery.reason : null,
      next_attempt_at: delivery.status === 'pending' ? delivery.dueAt : null,
      trace_id: traceIdOf(sent?.traceparent),
    },
    'callback attempt',
  )
}
