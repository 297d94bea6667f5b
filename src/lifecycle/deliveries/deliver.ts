import type { DeliveryWork } from '../../ports/lanes.ts'
import type { BufferedDelivery } from '../commit/buffered.ts'
import type { Context } from '../process/context.ts'
import { openAttemptTrace } from './attempt-trace.ts'
import { recordAttempt, recordUnreadable } from './record-attempt.ts'
import { hostReportOf, reportToDestination, reportToEndpoint } from './report-attempt.ts'
import { requestParts } from './request-parts.ts'
import { signRequest } from './sign-request.ts'

/** What the turn of the lane has seen of the destination's breaker. */
export interface SeenBreaker {
  /** The request goes out while the breaker is open. */
  probe: boolean
  /** When the breaker was open last, or a pause has ended since; null when neither was while something waited. */
  openAt: number | null
}

/**
 * One attempt of a delivery: sign, POST, record. Resolves when what came of it is durable; never rejects.
 *
 * A delivery from the local queue is not marked as being sent: until its outcome is written it is `pending` under this process's lease,
 * and a crash leaves it in the same place as a mark would.
 *
 * @param answered called when the request is no longer in flight. For a probe and for a failure that is when the destination knows of
 *   the outcome too, because the next requests must not go out before it is taken into account.
 */
export async function deliver(
  context: Context,
  work: DeliveryWork | BufferedDelivery,
  breaker: SeenBreaker,
  answered: () => void,
): Promise<void> {
  const { clock, log, sender, outgoing } = context
  const { delivery, body } = work
  const startedAt = clock.now()
  try {
    if (delivery.damage !== undefined) {
      if (delivery.status === 'sending') await recordUnreadable(context, delivery)
      return
    }
    const parts = await requestParts(context, work, startedAt)
    if (parts === null) return
    const trace = openAttemptTrace(context, work)
    const { traceparent } = trace
    const { request, sent } = signRequest({ ...delivery, body, traceparent }, parts, startedAt, context.settings.version)
    const outcome = await sender.send(request, outgoing.signal)
    trace.end(outcome)
    const reported = reportToDestination(context, delivery, outcome, startedAt)
    if (breaker.probe || hostReportOf(outcome) !== 'ok') await reported
    answered()
    const attempt = { outcome, sent, startedAt, now: clock.now(), openAt: breaker.openAt, random: context.random() }
    const recorded = await recordAttempt(context, work, attempt)
    await reported
    if (recorded === null) log.warn({ delivery: delivery.id }, 'an attempt was not recorded: the delivery belongs to somebody else by now')
    else await reportToEndpoint(context, recorded, outcome)
  } catch (error) {
    log.error({ delivery: delivery.id }, 'an attempt could not be recorded', error)
  }
}
