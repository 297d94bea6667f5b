/** POST /v1/endpoints/{id}/rotate-secret · POST /v1/endpoints/{id}/test */
import { timestamp } from '../../domain/job-document.ts'
import { findEndpoint } from '../../lifecycle/find-endpoint.ts'
import { rotateSigningSecret } from '../../lifecycle/signing-secret.ts'
import { testEndpoint } from '../../lifecycle/test-endpoint.ts'
import { respondJson } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams } from '../schemas/common.ts'
import { Delivery } from '../schemas/delivery.ts'
import { overlapMs, RotatedSecret, RotateSecret } from '../schemas/endpoint.ts'
import { wireDelivery } from './deliveries.ts'

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
  summary: 'Send a test event to an endpoint',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  params: IdParams('ep'),
  responses: { 202: { description: 'The delivery of an event of type `endpoint.test`, to this endpoint only.', schema: Delivery } },
  problems: ['conflict'],
  async handle({ world, caller, params }) {
    return respondJson(202, wireDelivery(await testEndpoint(world, caller.reader, params.id)))
  },
})

export const endpointActionRoutes = [rotateSecret, test]
