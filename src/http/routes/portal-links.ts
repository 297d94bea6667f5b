/** POST /v1/tenants/{id}/portal-links */
import { createPortalCode } from '../../lifecycle/tenants/portal-links.ts'
import { timestamp } from '../../wire/documents/timestamp.ts'
import { portalUrl } from '../../wire/documents/urls.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { CreatePortalLink, PortalLink, portalLinkOf } from '../../wire/schemas/portal-link.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

/** The door of the portal: see `lifecycle/tenants/portal-links.ts`. */
export const portalLinksRoute = defineRoute({
  method: 'post',
  path: '/v1/tenants/{id}/portal-links',
  operationId: 'createPortalLink',
  summary: 'Make a link that shows a tenant its own jobs and callbacks in a browser',
  tag: 'Tenants',
  scope: 'admin',
  action: 'portal_link.create',
  params: IdParams('tnt'),
  body: CreatePortalLink,
  responses: { 201: { description: 'The link. It is shown this once.', schema: PortalLink } },
  async handle({ context, caller, params, body }) {
    const { sessionSeconds, readOnly } = portalLinkOf(body)
    const code = await createPortalCode(context, { tenantId: params.id, keyId: caller.keyName, sessionSeconds, readOnly })
    const expiresAt = context.clock.now() + sessionSeconds * 1000
    return respondJson(201, { url: portalUrl(code, context.settings), expires_at: timestamp(expiresAt) })
  },
})
