/** POST /v1/endpoints/{id}/rotate-secret · POST /v1/endpoints/{id}/test */
import { findEndpoint } from '../../lifecycle/access/find-endpoint.ts'
import { testEndpoint } from '../../lifecycle/deliveries/test-endpoint.ts'
import { rotateSigningSecret } from '../../lifecycle/tenants/signing-secret.ts'
import { endpointTestDocument } from '../../wire/documents/endpoint-test.ts'
import { rotatedSecretDocument } from '../../wire/documents/signing-secret.ts'
import { EndpointTest } from '../../wire/schemas/endpoint.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { overlapMs, RotatedSecret, RotateSecret } from '../../wire/schemas/signing-secret.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const rotateSecret = defineRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/rotate-secret',
  operationId: 'rotateEndpointSecret',
  summary: 'Give an endpoint a new secret',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'endpoint.rotate_secret',
  params: IdParams('ep'),
  body: RotateSecret,
  responses: { 200: { description: 'The new secret. `secret` is shown this once.', schema: RotatedSecret } },
  problems: ['conflict'],
  async handle({ context, caller, params, body }) {
    const { id, tenantId } = await findEndpoint(context, caller.reader, params.id)
    return respondJson(200, rotatedSecretDocument(await rotateSigningSecret(context, tenantId, id, overlapMs(body))))
  },
})

const test = defineRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/test',
  operationId: 'testEndpoint',
  summary: 'Send a test event to an endpoint and wait for its answer',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'endpoint.test',
  params: IdParams('ep'),
  responses: { 200: { description: 'What came of it, also of a failure. It is tried once and kept nowhere.', schema: EndpointTest } },
  problems: ['conflict'],
  async handle({ context, caller, params, request, slot }) {
    // A test may take as long as a callback, and must not keep other writes waiting.
    slot.releaseWrite()
    return respondJson(200, endpointTestDocument(await testEndpoint(context, caller.reader, params.id, request.signal)))
  },
})

/** The routes of what is done to endpoints besides changing them. */
export const endpointActionRoutes = [rotateSecret, test]
