import type { Endpoint } from '../../domain/endpoint.ts'
import type { Write } from '../../ports/change.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import type { OutboxContext } from '../outbox/event-writes.ts'
import { stageEndpointDisabled } from '../outbox/stage-endpoint-disabled.ts'

/** Writes an endpoint's next state, with the event when it is disabled by it. False: somebody else has changed it since. */
export async function storeEndpoint(
  context: CommitContext & OutboxContext,
  before: Endpoint,
  after: Endpoint,
  now: number,
): Promise<boolean> {
  const write: Write = { write: 'updateEndpoint', endpoint: after }
  if (before.status === 'disabled' || after.status === 'enabled') return commit(context, [write])
  const written = await commit(context, [write, ...(await stageEndpointDisabled(context, after, now))])
  if (written) context.log.info({ endpoint: after.id, tenant: after.tenantId, reason: after.disabledReason }, 'endpoint disabled')
  return written
}
