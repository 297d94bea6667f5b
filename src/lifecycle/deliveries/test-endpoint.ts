import { destinationOf } from '../../domain/destination.ts'
import { ProblemError } from '../../domain/errors.ts'
import { eventBody } from '../../domain/event.ts'
import { endpointDocument } from '../../wire/documents/endpoint.ts'
import type { EndpointTestResult } from '../../wire/documents/endpoint-test.ts'
import { findEndpoint } from '../access/find-endpoint.ts'
import type { Context, Reader } from '../process/context.ts'
import { signRequest } from './sign-request.ts'

/**
 * Sends an event of type `endpoint.test` to this endpoint alone, whatever it asks for, and waits for the answer: signed like any
 * other, tried once, and kept nowhere, so that a failure is no dead letter. Says nothing to the endpoint's own state or its
 * destination's. Refuses with `not_found`, with `conflict` when it is disabled or a test of it is under way, or with `overloaded`
 * when the caller is gone (`signal`) or the process stops first.
 */
export async function testEndpoint(context: Context, reader: Reader, id: string, signal: AbortSignal): Promise<EndpointTestResult> {
  const endpoint = await findEndpoint(context, reader, id)
  const { tenantId, url, headers } = endpoint
  if (endpoint.status === 'disabled') throw new ProblemError('conflict', 'The endpoint is disabled; enable it first.')
  // A tenant's endpoints are few, so this bounds what its tests hold open.
  const release = await context.endpointTests.acquire(id, 0)
  if (release === null) throw new ProblemError('conflict', 'A test of this endpoint is under way.')
  try {
    const now = context.clock.now()
    const eventId = context.ids.next('evt')
    const body = eventBody('endpoint.test', now, JSON.stringify(endpointDocument(endpoint)))
    const secrets = await context.store.tenants.signingSecrets(tenantId, id, now)
    // Secrets go with their endpoint: it has been deleted meanwhile.
    if (secrets.length === 0) throw new ProblemError('not_found', 'The endpoint is gone.')
    const message = { destination: destinationOf(tenantId, url), url, eventId, body }
    const { request } = signRequest(message, { secrets, headers }, now, context.settings.version)
    const outcome = await context.sender.send(request, AbortSignal.any([signal, context.outgoing.signal]))
    if (outcome.kind === 'interrupted') throw new ProblemError('overloaded', 'The test was cut short; ask again.', { retryAfterSeconds: 1 })
    return { eventId, url, outcome }
  } finally {
    release()
  }
}
