import type { DeadLetterFilter } from '../../ports/deliveries.ts'
import { originOf } from '../../wire/schemas/delivery.ts'
import { momentOf } from '../../wire/schemas/time.ts'

/** The members of a query or a filter that choose deliveries. */
export interface DeliveryFilterMembers {
  reason?: string | undefined
  error?: string | undefined
  job_id?: string | undefined
  event?: string | undefined
  type?: string | undefined
  destination?: string | undefined
  created_after?: string | undefined
  created_before?: string | undefined
}

/** Which deliveries are meant by the validated members of a query or a replay's filter. `tenantId` null = every tenant's. */
export function deliveryFilter(tenantId: string | null, members: DeliveryFilterMembers): DeadLetterFilter {
  return {
    tenantId,
    reason: members.reason ?? null,
    error: members.error ?? null,
    jobId: members.job_id ?? null,
    event: members.event ?? null,
    type: members.type ?? null,
    destination: members.destination === undefined ? null : originOf(members.destination),
    createdAfter: momentOf(members.created_after),
    createdBefore: momentOf(members.created_before),
  }
}
