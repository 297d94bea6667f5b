/** GET /v1/signing-secret · POST /v1/signing-secret/rotate */
import { rotateSigningSecret, signingSecret } from '../../lifecycle/tenants/signing-secret.ts'
import { signingSecretDocument } from '../../wire/documents/signing-secret.ts'
import { overlapMs, RotateSecret, SigningSecret } from '../../wire/schemas/signing-secret.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const read = defineRoute({
  method: 'get',
  path: '/v1/signing-secret',
  operationId: 'readSigningSecret',
  summary: 'The secret that callbacks are signed with',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  responses: { 200: { description: 'The tenant’s secret; `previous` while a rotation overlaps.', schema: SigningSecret } },
  async handle({ context, caller }) {
    return respondJson(200, signingSecretDocument(await signingSecret(context, caller.tenantId)))
  },
})

const rotate = defineRoute({
  method: 'post',
  path: '/v1/signing-secret/rotate',
  operationId: 'rotateSigningSecret',
  summary: 'Replace the secret that callbacks are signed with',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'signing_secret.rotate',
  body: RotateSecret,
  responses: { 200: { description: 'The new secret, and the previous one while both sign.', schema: SigningSecret } },
  problems: ['conflict'],
  async handle({ context, caller, body }) {
    return respondJson(200, signingSecretDocument(await rotateSigningSecret(context, caller.tenantId, null, overlapMs(body))))
  },
})

/** The routes of the signing secret. */
export const signingSecretRoutes = [read, rotate]
