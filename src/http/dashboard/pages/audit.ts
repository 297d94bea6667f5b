/** GET /dashboard/access/audit · GET /dashboard/access/sessions */
import type { AuditEntry } from '../../../domain/audit.ts'
import type { Session } from '../../../domain/session.ts'
import { byCurl } from '../components/actions.ts'
import { badge, moment, table } from '../components/facts.ts'
import { filterForm, pager, withQuery } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { listedTenant, nextCursor, pageQuery, tenantField } from './lists.ts'
import type { PageRoute } from './page.ts'

const AUDIT = '/dashboard/access/audit'
const SESSIONS = '/dashboard/access/sessions'

/** Who changed what. */
export const auditPage: PageRoute = {
  method: 'get',
  path: AUDIT,
  right: 'operator:read',
  async handle(call) {
    const { context, query } = call
    const tenantId = listedTenant(call)
    const { rows, next } = await context.store.audit.list(pageQuery('audit', tenantId, query))
    const body = html`${filterForm(AUDIT, tenantField(call), query)}
${auditTable(rows)}
${pager(AUDIT, query, nextCursor('audit', tenantId, next))}
${byCurl(context.settings.publicUrl(), [{ what: 'This list', path: withQuery('/v1/audit', { tenant: query.tenant }) }])}`
    return { title: 'Audit', body }
  },
}

/** Who is logged in. */
export const sessionsPage: PageRoute = {
  method: 'get',
  path: SESSIONS,
  right: 'operator:write',
  async handle(call) {
    const { context, query } = call
    const { rows, next } = await context.store.sessions.list(pageQuery('sessions', null, query))
    const body = html`${sessionTable(rows, context.clock.now())}${pager(SESSIONS, query, nextCursor('sessions', null, next))}`
    return { title: 'Sessions', body }
  },
}

/** A table of deeds. */
export function auditTable(entries: readonly AuditEntry[]): Part {
  const rows = entries.map(({ at, actor, action, target, filter, count }) => [
    moment(at),
    actor.keyId ?? 'ADMIN_API_KEY',
    actor.tenantId,
    actor.via,
    action,
    target ?? (filter === null ? null : html`<code>${JSON.stringify(filter)}</code>`),
    count,
  ])
  return table('Audit', ['When (UTC)', 'Key', 'Tenant', 'Via', 'Action', 'What', 'Records'], rows, 'Nothing has been changed.')
}

/** A table of sessions. Of their ids only hashes are kept, which are not shown either. */
function sessionTable(sessions: readonly Session[], now: number): Part {
  const rows = sessions.map(({ keyId, tenantId, origin, createdAt, expiresAt, scopes }) => [
    keyId.startsWith('key_') ? keyId : 'ADMIN_API_KEY',
    tenantId,
    origin,
    badge(expiresAt > now ? 'valid' : 'expired'),
    moment(createdAt),
    moment(expiresAt),
    scopes.join(', '),
  ])
  return table('Sessions', ['Key', 'Tenant', 'By', 'State', 'Began', 'Ends', 'Scopes'], rows, 'Nobody is logged in.')
}
