import type { DeadDelivery } from '../../domain/delivery.ts'
import { isAlert } from '../../domain/event.ts'
import type { Write } from '../../ports/change.ts'
import { deliveryDocument } from '../../wire/documents/delivery.ts'
import type { OutboxContext } from './event-writes.ts'
import { stageAlert } from './stage-alert.ts'

/** The writes of the alert that a delivery is dead; none for the delivery of an alert. */
export async function stageDead(context: OutboxContext, delivery: DeadDelivery): Promise<Write[]> {
  if (isAlert(delivery.eventType)) return []
  const { tenantId, jobId, jobType, finishedAt } = delivery
  const job = jobId === null ? null : { id: jobId, type: jobType }
  return stageAlert(context, {
    type: 'delivery.dead',
    tenantId,
    job,
    dataJson: JSON.stringify(deliveryDocument(delivery)),
    now: finishedAt,
  })
}
