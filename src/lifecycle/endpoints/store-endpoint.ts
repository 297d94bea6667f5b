import type { Endpoint } from '../../domain/endpoint.ts'
import { stageEndpointDisabled } from '../outbox/stage-endpoint-disabled.ts'
import type { Context } from '../process/context.ts'

/** Writes an endpoint's next state, with the event when it is disabled by it. False: somebody else has changed it since. */
export async function storeEndpoint(context: Context, before: Endpoint, after: Endpoint, now: number): Promise<boolean> {
  const { store, log } = context
  if (before.status === 'disabled' || after.status === 'enabled') return store.commit([{ write: 'updateEndpoint', endpoint: after }])
  const staged = await stageEndpointDisabled(context, after, now)
  const written = await store.commit([{ write: 'updateEndpoint', endpoint: after }, ...staged.writes]).catch((error) => {
    staged.abandoned()
    throw error
  })
  if (!written) {
    staged.abandoned()
    return false
  }
  staged.committed()
  log.info({ endpoint: after.id, tenant: after.tenantId, reason: after.disabledReason }, 'endpoint disabled')
  return true
}
