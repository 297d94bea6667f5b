/** POST /dashboard/endpoints/:id/test · …/enable · …/disable · …/rotate */

import { findEndpoint } from '../../../lifecycle/access/find-endpoint.ts'
import { testEndpoint } from '../../../lifecycle/deliveries/test-endpoint.ts'
import { changeEndpoint } from '../../../lifecycle/endpoints/change-endpoint.ts'
import { rotateSigningSecret } from '../../../lifecycle/tenants/signing-secret.ts'
import type { EndpointTestResult } from '../../../wire/documents/endpoint-test.ts'
import { overlapMs } from '../../../wire/schemas/signing-secret.ts'
import { duration, facts, link, moment } from '../components/facts.ts'
import { html, type Part } from '../components/html.ts'
import { endpointBody } from './endpoints.ts'
import { textOf } from './job-bytes.ts'
import { idOf, type PageRoute } from './page.ts'

const PATH = '/dashboard/endpoints/:id'

const test: PageRoute = {
  method: 'post',
  path: `${PATH}/test`,
  right: 'callbacks:write',
  action: 'endpoint.test',
  async handle(call) {
    const { context, viewer, request, slot } = call
    const id = idOf(call, 'ep')
    // A test may take as long as a callback, and must not keep other writes waiting.
    slot.releaseWrite()
    const result = await testEndpoint(context, viewer.writer, id, request.signal)
    const endpoint = await findEndpoint(context, viewer.reader, id)
    return {
      title: `Endpoint ${id}`,
      body: html`${testPart(result)}<p>${link(`/dashboard/endpoints/${id}`, 'Back')}</p>${endpointBody(call, endpoint)}`,
    }
  },
}

const enable = statusRoute('enable', 'enabled')
const disable = statusRoute('disable', 'disabled')

/** The answer itself is the page, because the secret is shown this once. */
const rotate: PageRoute = {
  method: 'post',
  path: `${PATH}/rotate`,
  right: 'callbacks:write',
  action: 'endpoint.rotate_secret',
  async handle(call) {
    const { context, viewer } = call
    const { id, tenantId } = await findEndpoint(context, viewer.writer, idOf(call, 'ep'))
    const { current, previous } = await rotateSigningSecret(context, tenantId, id, overlapMs({}))
    const body = html`<p class="notice" role="status">The new secret. It is shown this once.</p>
<pre class="exact" tabindex="0">${current.secret}</pre>
<p>${previous === null ? null : html`Until ${moment(previous.expiresAt)} every try is signed with the old one too.`}</p>
<p>${link(`/dashboard/endpoints/${id}`, 'Back to the endpoint')}</p>`
    return { title: `Endpoint ${id}`, body }
  },
}

/** What is done to one endpoint. */
export const endpointActions = [test, enable, disable, rotate]

function statusRoute(verb: string, status: 'enabled' | 'disabled'): PageRoute {
  return {
    method: 'post',
    path: `${PATH}/${verb}`,
    right: 'callbacks:write',
    action: 'endpoint.update',
    async handle(call) {
      const id = idOf(call, 'ep')
      await changeEndpoint(call.context, call.viewer.writer, id, { status })
      return { goTo: `/dashboard/endpoints/${id}?done=${status}` }
    },
  }
}

function testPart({ outcome, eventId }: EndpointTestResult): Part {
  const { status, error, errorCause, ms, responseHeaders, responseBody } = outcome
  const took = status !== null && status >= 200 && status <= 299
  return html`<section aria-label="Test"><h2>${took ? 'The endpoint took the test event' : 'The test event was not taken'}</h2>
${facts([
  ['Answer', status ?? error],
  ['Cause', errorCause],
  ['Took', duration(ms)],
  ['Event', eventId],
  ...Object.entries(responseHeaders),
])}
${responseBody.byteLength === 0 ? null : textOf(responseBody)}</section>`
}
