import { type EnabledEndpoint, type NewEndpoint, newEndpoint } from '../../domain/endpoint.ts'
import { ProblemError } from '../../domain/errors.ts'
import type { SigningSecret } from '../../domain/tenant.ts'
import { acceptCallbackUrl } from '../access/accept-callback-url.ts'
import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { newSigningSecret } from '../tenants/signing-secret.ts'

/** Every event is written once for each endpoint that asks for it, in one commit: that must stay small. */
const MAX_ENDPOINTS = 100

/**
 * Registers an endpoint with a secret of its own; it gets what happens from now on. Refuses with `invalid_request` or
 * `callback_url_forbidden` (the URL), or `conflict` when the tenant has 100 endpoints.
 */
export async function createEndpoint(
  context: Context,
  input: Omit<NewEndpoint, 'id'>,
): Promise<{ endpoint: EnabledEndpoint; secret: SigningSecret }> {
  const { store, ids, clock } = context
  const url = acceptCallbackUrl(context, input.url, '/url')
  const page = { tenantId: input.tenantId, limit: MAX_ENDPOINTS, before: null, createdAfter: null, createdBefore: null }
  if ((await store.endpoints.list(page)).rows.length >= MAX_ENDPOINTS) {
    throw new ProblemError('conflict', `There are ${MAX_ENDPOINTS} endpoints already; delete one first.`)
  }
  const endpoint = newEndpoint({ ...input, id: ids.next('ep'), url }, clock.now())
  const secret = newSigningSecret(context, endpoint.tenantId, endpoint.id)
  await commit(context, [
    { write: 'insertEndpoint', endpoint },
    { write: 'insertSigningSecret', secret },
  ])
  return { endpoint, secret }
}
