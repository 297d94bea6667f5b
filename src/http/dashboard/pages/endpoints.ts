/** GET /dashboard/endpoints · GET /dashboard/endpoints/:id */
import type { Endpoint } from '../../../domain/endpoint.ts'
import { findEndpoint } from '../../../lifecycle/access/find-endpoint.ts'
import { action, actions, byCurl } from '../components/actions.ts'
import { badge, facts, link, moment, shownUrl, table } from '../components/facts.ts'
import { filterForm, pager } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { listedTenant, nextCursor, pageQuery, tenantField } from './lists.ts'
import { notice } from './notices.ts'
import { idOf, ifMay, type PageCall, type PageRoute } from './page.ts'

const PATH = '/dashboard/endpoints'

/** The list of endpoints. */
export const endpointsPage: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'endpoints:read',
  async handle(call) {
    const { context, query, viewer } = call
    const tenantId = listedTenant(call)
    const seesAll = viewer.reader.tenantId === null
    const { rows, next } = await context.store.endpoints.list(pageQuery('endpoints', tenantId, query))
    const heads = ['Endpoint', 'URL', 'Status', 'Events', 'Failing since', 'Created', ...(seesAll ? ['Tenant'] : [])]
    const cells = rows.map((endpoint) => [
      link(`${PATH}/${endpoint.id}`, endpoint.id),
      shownUrl(endpoint.url),
      badge(endpoint.status),
      endpoint.events.join(', '),
      moment(endpoint.failingSince),
      moment(endpoint.createdAt),
      ...(seesAll ? [endpoint.tenantId] : []),
    ])
    const fields = tenantField(call)
    const body = html`${fields.length === 0 ? null : filterForm(PATH, fields, query)}
${table('Endpoints', heads, cells, 'No endpoint is registered.')}
${pager(PATH, query, nextCursor('endpoints', tenantId, next))}
${byCurl(context.settings.publicUrl(), [
  { what: 'This list', path: '/v1/endpoints' },
  { what: 'Register one', method: 'POST', path: '/v1/endpoints', body: { url: 'https://partner.example/hooks' } },
])}`
    return { title: 'Endpoints', body, live: ['endpoint'] }
  },
}

/** One endpoint. */
export const endpointPage: PageRoute = {
  method: 'get',
  path: `${PATH}/:id`,
  right: 'endpoints:read',
  async handle(call) {
    const endpoint = await findEndpoint(call.context, call.viewer.reader, idOf(call, 'ep'))
    return { title: `Endpoint ${endpoint.id}`, body: html`${notice(call.query.done)}${endpointBody(call, endpoint)}`, live: ['endpoint'] }
  },
}

/** What the page of an endpoint shows. Values of headers, and secrets, are never in it. */
export function endpointBody(call: PageCall, endpoint: Endpoint): Part {
  const { id, url, status, events, description, headers, failingSince, createdAt, tenantId } = endpoint
  const names = Object.keys(headers)
  const to = (verb: string) => `${PATH}/${id}/${verb}`
  const isEnabled = status === 'enabled'
  return html`${facts([
    ['Status', html`${badge(status)}${endpoint.status === 'disabled' ? ` ${endpoint.disabledReason}` : null}`],
    ['URL', shownUrl(url)],
    ...(call.viewer.reader.tenantId === null ? [['Tenant', tenantId] as const] : []),
    ['Events', events.join(', ')],
    ['Description', description],
    ['Headers', names.length === 0 ? null : names.join(', ')],
    ['Failing since', moment(failingSince)],
    ['Created', moment(createdAt)],
  ])}
${ifMay(call, 'callbacks:write', () =>
  actions([
    isEnabled ? action({ to: to('test'), label: 'Send a test event' }) : action({ to: to('enable'), label: 'Enable' }),
    isEnabled ? action({ to: to('disable'), label: 'Disable', isGrave: true }) : null,
    action({ to: to('rotate'), label: 'Rotate the secret', isGrave: true }),
  ]),
)}
${byCurl(call.context.settings.publicUrl(), [
  { what: 'This endpoint', path: `/v1/endpoints/${id}` },
  { what: 'Test', method: 'POST', path: `/v1/endpoints/${id}/test` },
  { what: 'Enable', method: 'PATCH', path: `/v1/endpoints/${id}`, body: { status: 'enabled' } },
  { what: 'Rotate the secret', method: 'POST', path: `/v1/endpoints/${id}/rotate-secret`, body: { overlap_seconds: 86_400 } },
])}`
}
