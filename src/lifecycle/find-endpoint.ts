import type { Endpoint } from '../domain/endpoint.ts'
import { maySee, notFound } from './find-job.ts'
import type { Reader, World } from './world.ts'

/** An endpoint the reader may see. Refuses with `not_found` for an unknown id and for another tenant's alike. */
export async function findEndpoint(world: World, reader: Reader, id: string): Promise<Endpoint> {
  const endpoint = await world.store.endpoint(id)
  if (!endpoint || !maySee(reader, endpoint.tenantId)) throw notFound()
  return endpoint
}
