/** GET /v1/signing-secret */
import { timestamp } from '../../domain/job-document.ts'
import { signingSecret } from '../../lifecycle/signing-secret.ts'
import { respondJson } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { SigningSecret } from '../schemas/delivery.ts'

export const signingSecretRoute = defineRoute({
  method: 'get',
  path: '/v1/signing-secret',
  operationId: 'readSigningSecret',
  summary: 'The secret that callbacks are signed with',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  responses: { 200: { description: 'The tenant’s secret; `previous` while a rotation overlaps.', schema: SigningSecret } },
  async handle({ world, caller }) {
    const { current, previous } = await signingSecret(world, caller.tenantId)
    return respondJson(200, {
      secret: current.secret,
      previous: previous?.secret ?? null,
      previous_expires_at: timestamp(previous?.expiresAt ?? null),
    })
  },
})
