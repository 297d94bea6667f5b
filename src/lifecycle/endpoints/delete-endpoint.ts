import { findEndpoint } from '../access/find-endpoint.ts'
import { notFound } from '../access/find-job.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import type { OutboxContext } from '../outbox/event-writes.ts'
import { reconcileWaiting } from '../outbox/reconcile-delivery.ts'
import type { Reader } from '../process/context.ts'

/**
 * Removes an endpoint and its secrets. What waits for it is canceled with reason `endpoint_deleted`, an attempt in flight may still
 * arrive. Refuses with `not_found`.
 */
export async function deleteEndpoint(context: CommitContext & OutboxContext, reader: Reader, id: string): Promise<void> {
  const endpoint = await findEndpoint(context, reader, id)
  if (!(await commit(context, [{ write: 'deleteEndpoint', endpoint }]))) throw notFound()
  context.log.info({ endpoint: id, tenant: endpoint.tenantId }, 'endpoint deleted')
  await reconcileWaiting(context, id)
}
