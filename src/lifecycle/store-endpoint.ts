import type { Endpoint } from '../domain/endpoint.ts'
import { announceDisabled } from './announce-disabled.ts'
import type { World } from './world.ts'

/** Writes an endpoint's next state, with the event when it is disabled by it. False: somebody else has changed it since. */
export async function storeEndpoint(world: World, before: Endpoint, after: Endpoint, now: number): Promise<boolean> {
  const { store, log } = world
  if (before.status === 'disabled' || after.status === 'enabled') return store.commit([{ write: 'updateEndpoint', endpoint: after }])
  const announcement = await announceDisabled(world, after, now)
  const written = await store.commit([{ write: 'updateEndpoint', endpoint: after }, ...announcement.writes]).catch((error) => {
    announcement.abandoned()
    throw error
  })
  if (!written) {
    announcement.abandoned()
    return false
  }
  announcement.committed()
  log.info({ endpoint: after.id, tenant: after.tenantId, reason: after.disabledReason }, 'endpoint disabled')
  return true
}
