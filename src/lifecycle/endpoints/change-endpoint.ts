import { changeEndpoint as changed, type Endpoint, type EndpointChange } from '../../domain/endpoint.ts'
import { acceptCallbackUrl } from '../access/accept-callback-url.ts'
import { findEndpoint } from '../access/find-endpoint.ts'
import { retrying } from '../commit/retrying.ts'
import { reconcileWaiting } from '../outbox/reconcile-delivery.ts'
import type { Context, Reader } from '../process/context.ts'
import { storeEndpoint } from './store-endpoint.ts'

/**
 * Changes an endpoint. What waits for it goes to its new URL; disabled, what waits is dead, and can be replayed when it is enabled
 * again. Refuses with `not_found`, or `invalid_request` or `callback_url_forbidden` (the URL).
 */
export async function changeEndpoint(context: Context, reader: Reader, id: string, change: EndpointChange): Promise<Endpoint> {
  const wanted = change.url === undefined ? change : { ...change, url: acceptCallbackUrl(context, change.url, '/url') }
  return retrying(`endpoint ${id}`, async () => {
    const before = await findEndpoint(context, reader, id)
    const after = changed(before, wanted)
    if (!(await storeEndpoint(context, before, after, context.clock.now()))) return 'lost'
    if (after.url !== before.url || after.status !== before.status) await reconcileWaiting(context, id)
    return after
  })
}
