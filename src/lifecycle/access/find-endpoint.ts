import type { Endpoint } from '../../domain/endpoint.ts'
import type { Context, Reader } from '../process/context.ts'
import { maySee, notFound } from './find-job.ts'

/** An endpoint the reader may see. Refuses with `not_found` for an unknown id and for another tenant's alike. */
export async function findEndpoint(context: Pick<Context, 'store'>, reader: Reader, id: string): Promise<Endpoint> {
  const endpoint = await context.store.endpoints.find(id)
  if (!endpoint || !maySee(reader, endpoint.tenantId)) throw notFound()
  return endpoint
}
