import { findEndpoint } from './find-endpoint.ts'
import { notFound } from './find-job.ts'
import { followWaiting } from './follow-endpoint.ts'
import type { Reader, World } from './world.ts'

/**
 * Removes an endpoint and its secrets. What waits for it is canceled with reason `endpoint_deleted`, a try in flight may still
 * arrive. Refuses with `not_found`.
 */
export async function deleteEndpoint(world: World, reader: Reader, id: string): Promise<void> {
  const endpoint = await findEndpoint(world, reader, id)
  if (!(await world.store.commit([{ write: 'deleteEndpoint', endpoint }]))) throw notFound()
  world.log.info({ endpoint: id, tenant: endpoint.tenantId }, 'endpoint deleted')
  await followWaiting(world, id)
}
