import type { Delivery } from '../../domain/delivery.ts'
import type { Log } from '../../ports/runtime.ts'

/** Logs that a delivery has become what its endpoint is now (moved, dead, canceled), or was inserted as such. */
export function logReconciled({ log }: { log: Log }, delivery: Delivery): void {
  const { id, eventId, jobId, tenantId, endpointId, status, destination } = delivery
  const reason = delivery.status === 'dead' || delivery.status === 'canceled' ? delivery.reason : null
  log.info(
    { delivery: id, event: eventId, job: jobId, tenant: tenantId, endpoint: endpointId, destination, status, reason },
    'delivery follows its endpoint',
  )
}
