import type { Delivery } from '../domain/delivery.ts'
import { maySee, notFound } from './find-job.ts'
import type { Reader, World } from './world.ts'

/** A delivery the reader may see. Refuses with `not_found` for an unknown id and for another tenant's alike. */
export async function findDelivery(world: World, reader: Reader, id: string): Promise<Delivery> {
  const delivery = await world.store.delivery(id)
  if (!delivery || !maySee(reader, delivery.tenantId)) throw notFound()
  return delivery
}
