import type { SendOutcome } from '../../domain/attempt.ts'
import { type Delivery, isOpen } from '../../domain/delivery.ts'
import { type AttemptReport, classifyAttempt } from '../../domain/destination.ts'
import { isAlert } from '../../domain/event.ts'
import type { Write } from '../../ports/change.ts'
import { destinationDocument } from '../../wire/documents/destination.ts'
import { recordEndpointAttempt } from '../endpoints/record-endpoint-attempt.ts'
import { reconcileDelivery } from '../outbox/reconcile-delivery.ts'
import { stageAlert } from '../outbox/stage-alert.ts'
import type { Context } from '../process/context.ts'
import type { DestinationStep } from '../process/destinations.ts'
import { readDestination } from './read-destinations.ts'

/** What an attempt says of its destination's host; null when it never got there. */
export function hostReportOf({ kind, status, error }: SendOutcome): AttemptReport['kind'] | null {
  return kind === 'answered' || kind === 'failed' ? classifyAttempt(status, error) : null
}

/** The limit and the breaker of the destination take the attempt into account. Never rejects. */
export async function reportToDestination(
  context: Context,
  { destination: id, eventType }: Pick<Delivery, 'destination' | 'eventType'>,
  outcome: SendOutcome,
  startedAt: number,
): Promise<void> {
  const { destinations, clock, log } = context
  const kind = hostReportOf(outcome)
  if (kind === null) return
  const error = outcome.error ?? String(outcome.status)
  try {
    const report = { kind, error, isAlert: isAlert(eventType), startedAt, now: clock.now() }
    await destinations.report(id, report, (step) => stageStep(context, step))
  } catch (failure) {
    // It is advice for the next attempts: it must not cost the record of this one.
    log.warn({ destination: id }, 'an attempt could not be reported to its destination', failure)
  }
}

/** The writes of the alert that a destination fails, or answers again. */
async function stageStep(context: Context, { type, destination }: DestinationStep): Promise<Write[]> {
  const now = context.clock.now()
  const dataJson = JSON.stringify(destinationDocument(await readDestination(context, destination), now))
  return stageAlert(context, { type, tenantId: destination.tenantId, job: null, dataJson, now })
}

/** The endpoint takes the attempt into account, and the delivery, while it is open, follows an endpoint that has changed meanwhile. */
export async function reportToEndpoint(context: Context, delivery: Delivery, outcome: SendOutcome): Promise<void> {
  if (delivery.endpointId === null || outcome.kind === 'interrupted') return
  const endpoint = await recordEndpointAttempt(context, delivery.endpointId, delivery, outcome)
  if (isOpen(delivery)) await reconcileDelivery(context, delivery, endpoint)
}
