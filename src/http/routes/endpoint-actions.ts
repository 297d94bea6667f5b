/** POST /v1/endpoints/{id}/rotate-secret · POST /v1/endpoints/{id}/test */
import { timestamp } from '../../domain/job-document.ts'
import { findEndpoint } from '../../lifecycle/find-endpoint.ts'
import { rotateSigningSecret } from '../../lifecycle/signing-secret.ts'
import { type EndpointTest as Tested, testEndpoint } from '../../lifecycle/test-endpoint.ts'
import { respondJson } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams } from '../schemas/common.ts'
import { EndpointTest, overlapMs, RotatedSecret, RotateSecret } from '../schemas/endpoint.ts'

const rotateSecret = defineRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/rotate-secret',
  operationId: 'rotateEndpointSecret',
  summary: 'Give an endpoint a new secret',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  params: IdParams('ep'),
  body: RotateSecret,
  responses: { 200: { description: 'The new secret. `secret` is shown this once.', schema: RotatedSecret } },
  problems: ['conflict'],
  async handle({ world, caller, params, body }) {
    const { id, tenantId } = await findEndpoint(world, caller.reader, params.id)
    const { current, previous } = await rotateSigningSecret(world, tenantId, id, overlapMs(body))
    return respondJson(200, { secret: current.secret, previous_expires_at: timestamp(previous?.expiresAt ?? null) })
  },
})

const test = defineRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/test',
  operationId: 'testEndpoint',
  summary: 'Send a test event to an endpoint and wait for its answer',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  params: IdParams('ep'),
  responses: { 200: { description: 'What came of it, also of a failure. It is tried once and kept nowhere.', schema: EndpointTest } },
  problems: ['conflict'],
  async handle({ world, caller, params, request, visit }) {
    // It may take as long as a callback: nobody stands in line behind it.
    visit.leave()
    return respondJson(200, wireTest(await testEndpoint(world, caller.reader, params.id, request.signal)))
  },
})

export const endpointActionRoutes = [rotateSecret, test]

function wireTest({ eventId, url, outcome }: Tested) {
  return {
    event_id: eventId,
    url,
    delivered: outcome.status !== null && outcome.status >= 200 && outcome.status <= 299,
    status: outcome.status,
    error: outcome.error,
    error_cause: outcome.errorCause,
    ms: outcome.ms,
    response_headers: outcome.responseHeaders,
    response_body: new TextDecoder().decode(outcome.responseBody),
  }
}
