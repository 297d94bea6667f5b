import type { SendOutcome } from '../domain/delivery.ts'
import { destinationOf } from '../domain/destination.ts'
import { endpointDocument } from '../domain/endpoint-document.ts'
import { Refusal } from '../domain/errors.ts'
import { eventBody } from '../domain/event.ts'
import { findEndpoint } from './find-endpoint.ts'
import { sendSigned } from './send-signed.ts'
import type { Reader, World } from './world.ts'

/** What came of a test: the endpoint took it with a 2xx, or why not. */
export interface EndpointTest {
  eventId: string
  url: string
  outcome: SendOutcome
}

/**
 * Sends an event of type `endpoint.test` to this endpoint alone, whatever it asks for, and waits for the answer: signed like any
 * other, tried once, and kept nowhere, so that a failure is no dead letter. Says nothing to the endpoint's own state or its
 * destination's. Refuses with `not_found`, with `conflict` when it is disabled or a test of it is under way, or with `overloaded`
 * when the caller is gone (`signal`) or the process stops first.
 */
export async function testEndpoint(world: World, reader: Reader, id: string, signal: AbortSignal): Promise<EndpointTest> {
  const endpoint = await findEndpoint(world, reader, id)
  const { tenantId, url, headers } = endpoint
  if (endpoint.status === 'disabled') throw new Refusal('conflict', 'The endpoint is disabled; enable it first.')
  // A tenant's endpoints are few, so this bounds what its tests hold open.
  if (world.testing.has(id)) throw new Refusal('conflict', 'A test of this endpoint is under way.')
  world.testing.add(id)
  try {
    const now = world.clock.now()
    const eventId = world.ids.next('evt')
    const body = eventBody('endpoint.test', now, JSON.stringify(endpointDocument(endpoint)))
    const secrets = await world.store.signingSecrets(tenantId, id, now)
    // Secrets go with their endpoint: it has been deleted meanwhile.
    if (secrets.length === 0) throw new Refusal('not_found', 'The endpoint is gone.')
    const message = { destination: destinationOf(tenantId, url), url, eventId, body }
    const { outcome } = await sendSigned(world, message, { secrets, headers }, now, AbortSignal.any([signal, world.sending.signal]))
    if (outcome.kind === 'interrupted') throw new Refusal('overloaded', 'The test was cut short; ask again.', { retryAfterSeconds: 1 })
    return { eventId, url, outcome }
  } finally {
    world.testing.delete(id)
  }
}
