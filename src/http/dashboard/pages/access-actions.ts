/** POST /dashboard/access/:id/keys · POST /dashboard/access/keys/:id/revoke */

import { jsonPointer } from '../../../domain/json-pointer.ts'
import { notFound } from '../../../lifecycle/access/find-job.ts'
import { createApiKey, revokeApiKey } from '../../../lifecycle/tenants/api-keys.ts'
import { CreateApiKey } from '../../../wire/schemas/api-key.ts'
import { validate } from '../../kit/validate.ts'
import { link } from '../components/facts.ts'
import { html } from '../components/html.ts'
import { fieldOf } from '../session/form.ts'
import { tenantOf } from './access.ts'
import { idOf, type PageRoute } from './page.ts'

const PATH = '/dashboard/access'

/** The answer itself is the page, because the key is shown this once. */
const createKey: PageRoute = {
  method: 'post',
  path: `${PATH}/:id/keys`,
  right: 'operator:write',
  action: 'api_key.create',
  async handle(call) {
    const tenant = await tenantOf(call)
    const { name, scopes } = validate(CreateApiKey, { name: fieldOf(call.form, 'name'), scopes: call.form.getAll('scope') }, jsonPointer)
    const { key, secret } = await createApiKey(call.context, tenant.id, { name: name ?? null, scopes, expiresAt: null })
    const body = html`<p class="notice" role="status">The new key. It is shown this once.</p>
<pre class="exact" tabindex="0">${secret}</pre>
<p>${key.id} with ${key.scopes.join(', ')}. ${link(`${PATH}/${tenant.id}`, 'Back to the tenant')}</p>`
    return { title: `Tenant ${tenant.id}`, body }
  },
}

const revokeKey: PageRoute = {
  method: 'post',
  path: `${PATH}/keys/:id/revoke`,
  right: 'operator:write',
  action: 'api_key.revoke',
  async handle(call) {
    const { context, viewer } = call
    const id = idOf(call, 'key')
    const key = await context.store.tenants.apiKey(id)
    if (key === null) throw notFound()
    await revokeApiKey(context, viewer.writer, id)
    return { goTo: `${PATH}/${key.tenantId}?done=revoked` }
  },
}

/** What is done to keys. */
export const accessActions = [createKey, revokeKey]
