/** GET /dashboard/access · GET /dashboard/access/:id: tenants, and the keys of one. */
import { ProblemError } from '../../../domain/errors.ts'
import { type ApiKey, DEFAULT_TENANT_ID, isUsable, OPERATOR_SCOPES, SCOPES, type Tenant } from '../../../domain/tenant.ts'
import { action, byCurl } from '../components/actions.ts'
import { badge, facts, link, moment, table } from '../components/facts.ts'
import { pager } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { auditTable } from './audit.ts'
import { nextCursor, pageQuery } from './lists.ts'
import { notice } from './notices.ts'
import { idOf, ifMay, may, type PageCall, type PageRoute } from './page.ts'

const PATH = '/dashboard/access'

/** The tenants. */
export const accessPage: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'operator:read',
  async handle(call) {
    const { context, query } = call
    const { rows, next } = await context.store.tenants.list(pageQuery('tenants', null, query))
    const deeds = await context.store.audit.list({ tenantId: null, limit: 10, before: null, createdAfter: null, createdBefore: null })
    const cells = rows.map((tenant) => [link(`${PATH}/${tenant.id}`, tenant.id), tenant.name, limitsOf(tenant), moment(tenant.createdAt)])
    const body = html`<h2>Tenants</h2>
${table('Tenants', ['Tenant', 'Name', 'Limits', 'Created'], cells, 'There is no tenant.')}
${pager(PATH, query, nextCursor('tenants', null, next))}
<h2>Audit</h2>
${auditTable(deeds.rows)}
<p>${link(`${PATH}/audit`, 'All that was changed')}</p>
${ifMay(call, 'operator:write', () => html`<h2>Sessions</h2><p>${link(`${PATH}/sessions`, 'Who is logged in')}</p>`)}
${byCurl(context.settings.publicUrl(), [
  { what: 'Tenants', path: '/v1/tenants' },
  { what: 'Who changed what', path: '/v1/audit' },
  { what: 'A new tenant', method: 'POST', path: '/v1/tenants', body: { name: 'Acme' } },
])}`
    return { title: 'Access', body, live: ['tenant', 'api_key'] }
  },
}

/** One tenant. Its keys are for those who may change them. */
export const tenantPage: PageRoute = {
  method: 'get',
  path: `${PATH}/:id`,
  right: 'operator:read',
  async handle(call) {
    const { context, query } = call
    const tenant = await tenantOf(call)
    const { id } = tenant
    const body = html`${notice(query.done)}
${facts([
  ['Name', tenant.name],
  ['Limits', limitsOf(tenant)],
  ['Created', moment(tenant.createdAt)],
  ['Jobs', link(`/dashboard/jobs?tenant=${id}`, 'its jobs')],
  ['Dead letters', link(`/dashboard/deliveries?status=dead&tenant=${id}`, 'its dead letters')],
])}
${may(call, 'operator:write') ? await keysPart(call, id) : null}
${byCurl(context.settings.publicUrl(), [
  { what: 'Its keys', path: `/v1/tenants/${id}/api-keys` },
  {
    what: 'A page for its eyes',
    method: 'POST',
    path: `/v1/tenants/${id}/portal-links`,
    body: { expires_in_seconds: 3600, read_only: true },
  },
])}`
    return { title: `Tenant ${id}`, body, live: ['tenant', 'api_key'] }
  },
}

/** The tenant in the path. Refuses with `not_found`. */
export async function tenantOf(call: PageCall): Promise<Tenant> {
  const tenant = await call.context.store.tenants.find(idOf(call, 'tnt'))
  if (tenant === null) throw new ProblemError('not_found', 'There is no such tenant.')
  return tenant
}

async function keysPart(call: PageCall, tenantId: string): Promise<Part> {
  const { context, query } = call
  const now = context.clock.now()
  const list = `keys of ${tenantId}`
  const { rows, next } = await context.store.tenants.listApiKeys(tenantId, pageQuery(list, tenantId, query))
  const cells = rows.map((key) => [
    key.id,
    html`<code>${key.prefix}…</code>`,
    key.name,
    key.scopes.join(', '),
    badge(stateOf(key, now)),
    moment(key.createdAt),
    moment(key.expiresAt),
    isUsable(key, now) ? action({ to: `${PATH}/keys/${key.id}/revoke`, label: 'Revoke', isGrave: true }) : null,
  ])
  return html`<h2>Keys</h2>
${table('Keys', ['Key', 'Begins with', 'Name', 'Scopes', 'State', 'Created', 'Expires', 'Action'], cells, 'It has no key.')}
${pager(`${PATH}/${tenantId}`, query, nextCursor(list, tenantId, next))}
${ifMay(call, 'operator:write', () => newKeyForm(tenantId))}`
}

function newKeyForm(tenantId: string): Part {
  const scopes = SCOPES.filter((scope) => tenantId === DEFAULT_TENANT_ID || !OPERATOR_SCOPES.includes(scope))
  return html`<h2>A new key</h2>
<form method="post" action="${PATH}/${tenantId}/keys" class="filters">
<label>Name<input name="name" maxlength="200" autocomplete="off"></label>
<fieldset><legend>Scopes</legend>${scopes.map(tick)}</fieldset>
<div class="go"><button>Create</button></div>
</form>`
}

function tick(scope: string): Part {
  return html`<label class="tick"><input type="checkbox" name="scope" value="${scope}"> ${scope}</label>`
}

function stateOf({ revokedAt, expiresAt }: ApiKey, now: number): string {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid'
}

function limitsOf({ limits }: Tenant): Part {
  const pairs = Object.entries(limits).map(([name, ceiling]) => `${name} ${ceiling}`)
  return pairs.length === 0 ? 'none' : pairs.join(', ')
}
