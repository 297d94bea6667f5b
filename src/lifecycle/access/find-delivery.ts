import type { Delivery } from '../../domain/delivery.ts'
import type { Context, Reader } from '../process/context.ts'
import { maySee, notFound } from './find-job.ts'

/** A delivery the reader may see. Refuses with `not_found` for an unknown id and for another tenant's alike. */
export async function findDelivery(context: Pick<Context, 'store'>, reader: Reader, id: string): Promise<Delivery> {
  const delivery = await context.store.deliveries.find(id)
  if (!delivery || !maySee(reader, delivery.tenantId)) throw notFound()
  return delivery
}
