/** GET /v1/signing-secret · POST /v1/signing-secret/rotate */
import { timestamp } from '../../domain/job-document.ts'
import { rotateSigningSecret, type SecretPair, signingSecret } from '../../lifecycle/signing-secret.ts'
import { respondJson } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { SigningSecret } from '../schemas/delivery.ts'
import { overlapMs, RotateSecret } from '../schemas/endpoint.ts'

const read = defineRoute({
  method: 'get',
  path: '/v1/signing-secret',
  operationId: 'readSigningSecret',
  summary: 'The secret that callbacks are signed with',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  responses: { 200: { description: 'The tenant’s secret; `previous` while a rotation overlaps.', schema: SigningSecret } },
  async handle({ world, caller }) {
    return respondJson(200, wireSecrets(await signingSecret(world, caller.tenantId)))
  },
})

const rotate = defineRoute({
  method: 'post',
  path: '/v1/signing-secret/rotate',
  operationId: 'rotateSigningSecret',
  summary: 'Replace the secret that callbacks are signed with',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  body: RotateSecret,
  responses: { 200: { description: 'The new secret, and the previous one while both sign.', schema: SigningSecret } },
  problems: ['conflict'],
  async handle({ world, caller, body }) {
    return respondJson(200, wireSecrets(await rotateSigningSecret(world, caller.tenantId, null, overlapMs(body))))
  },
})

export const signingSecretRoutes = [read, rotate]

function wireSecrets({ current, previous }: SecretPair) {
  return {
    secret: current.secret,
    previous: previous?.secret ?? null,
    previous_expires_at: timestamp(previous?.expiresAt ?? null),
  }
}
