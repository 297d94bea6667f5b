import type { DeliveryWork } from '../../ports/lanes.ts'
import type { BufferedDelivery } from '../commit/buffered.ts'
import type { CommitContext } from '../commit/commit.ts'
import type { OutboxContext } from '../outbox/event-writes.ts'
import { reconcileDelivery } from '../outbox/reconcile-delivery.ts'
import type { RequestParts } from './sign-request.ts'

/**
 * What an attempt is signed with and carries. Null: the delivery is not sent now, because its endpoint is deleted, disabled or at
 * another URL by now; that is recorded.
 */
export async function requestParts(
  context: CommitContext & OutboxContext,
  { delivery, headers }: DeliveryWork | BufferedDelivery,
  at: number,
): Promise<RequestParts | null> {
  const { tenantId, endpointId } = delivery
  if (endpointId === null) return { secrets: await context.store.tenants.signingSecrets(tenantId, null, at), headers }
  const [endpoint, secrets] = await Promise.all([
    context.store.endpoints.find(endpointId),
    context.store.tenants.signingSecrets(tenantId, endpointId, at),
  ])
  // Secrets go with their endpoint: one without secrets has been deleted between the two reads.
  const present = secrets.length > 0 ? endpoint : null
  if (await reconcileDelivery(context, delivery, present)) return null
  return { secrets, headers: present?.headers ?? {} }
}
