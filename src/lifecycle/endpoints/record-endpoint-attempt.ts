import type { Delivery, SendOutcome } from '../../domain/delivery.ts'
import { afterEndpointTry, type Endpoint, endpointVerdict } from '../../domain/endpoint.ts'
import { followWaiting } from '../outbox/follow-endpoint.ts'
import type { Context } from '../process/context.ts'
import { storeEndpoint } from './store-endpoint.ts'

/** A decision that lost a race is made again at most so often. */
const ROUNDS = 8

/**
 * Takes a try of an endpoint's delivery into account: it may disable the endpoint, which its waiting deliveries follow. Answers
 * the endpoint as it is now, null when it is deleted. What its former URL answered says nothing of the present one.
 */
export async function judgeEndpoint(context: Context, id: string, { url }: Delivery, outcome: SendOutcome): Promise<Endpoint | null> {
  for (let round = 0; round < ROUNDS; round++) {
    const before = await context.store.endpoints.find(id)
    if (before?.url !== url) return before
    const now = context.clock.now()
    const after = afterEndpointTry(before, endpointVerdict(outcome.status), now)
    if (after === before) return before
    if (!(await storeEndpoint(context, before, after, now))) continue
    if (after.status === 'disabled') await followWaiting(context, id)
    return after
  }
  throw new Error(`endpoint ${id}: lost ${ROUNDS} races in a row`)
}
