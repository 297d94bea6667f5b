import { changeEndpoint as changed, type Endpoint, type EndpointChange } from '../../domain/endpoint.ts'
import { ProblemError } from '../../domain/errors.ts'
import { acceptCallbackUrl } from '../access/accept-callback-url.ts'
import { findEndpoint } from '../access/find-endpoint.ts'
import { followWaiting } from '../outbox/follow-endpoint.ts'
import type { Context, Reader } from '../process/context.ts'
import { storeEndpoint } from './store-endpoint.ts'

/** A change that lost a race, mostly to the record of a try, is made again at most so often. */
const ROUNDS = 8

/**
 * Changes an endpoint. What waits for it goes to its new URL; disabled, what waits is dead, and can be replayed when it is enabled
 * again. Refuses with `not_found`, or `invalid_request` or `callback_url_forbidden` (the URL).
 */
export async function changeEndpoint(context: Context, reader: Reader, id: string, change: EndpointChange): Promise<Endpoint> {
  const wanted = change.url === undefined ? change : { ...change, url: acceptCallbackUrl(context, change.url, '/url') }
  for (let round = 0; round < ROUNDS; round++) {
    const before = await findEndpoint(context, reader, id)
    const after = changed(before, wanted)
    if (!(await storeEndpoint(context, before, after, context.clock.now()))) continue
    if (after.url !== before.url || after.status !== before.status) await followWaiting(context, id)
    return after
  }
  throw new ProblemError('overloaded', 'The endpoint changes too fast to be changed now.', { retryAfterSeconds: 1 })
}
