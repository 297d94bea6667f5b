/** GET /dashboard/events · GET /dashboard/events/:id */
import { FEED_EVENT_TYPES } from '../../../domain/endpoint.ts'
import type { Event } from '../../../domain/event.ts'
import { maySee, notFound } from '../../../lifecycle/access/find-job.ts'
import { readFeed } from '../../../lifecycle/feed/read-feed.ts'
import { ReadFeed } from '../../../wire/schemas/event.ts'
import { byCurl } from '../components/actions.ts'
import { bytes, facts, link, moment, table } from '../components/facts.ts'
import { filterForm, withQuery } from '../components/filters.ts'
import { type Html, html } from '../components/html.ts'
import { deliveryTable } from './deliveries.ts'
import { textOf } from './job-bytes.ts'
import { listedTenant, readFilter, tenantField } from './lists.ts'
import { idOf, type PageCall, type PageRoute } from './page.ts'

const PATH = '/dashboard/events'
const ROWS = 50

/** The feed. It is read from one end to the other, so a page begins behind an event and goes on to newer ones. */
export const eventsPage: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'callbacks:read',
  async handle(call) {
    const { context, query, request, viewer } = call
    const tenantId = listedTenant(call)
    const { after, types } = readFilter(ReadFeed, query)
    const asked = { after: after ?? null, types: types ?? null, limit: ROWS, waitMs: 0, signal: request.signal }
    const { events, more, goOnAfter } = await readFeed(context, { tenantId }, asked)
    const next = goOnAfter ?? events.at(-1)?.id ?? null
    const seesAll = viewer.reader.tenantId === null
    const heads = ['Event', 'Type', 'Job', 'When (UTC)', ...(seesAll ? ['Tenant'] : [])]
    const cells = events.map((event) => [
      link(`${PATH}/${event.id}`, event.id),
      event.type,
      jobCell(call, event),
      moment(event.createdAt),
      ...(seesAll ? [event.tenantId] : []),
    ])
    const fields = [
      { name: 'types', label: 'Type', choices: FEED_EVENT_TYPES },
      { name: 'after', label: 'After the event' },
    ]
    const feed = withQuery('/v1/events', { after: query.after, types: query.types, tenant: query.tenant })
    const body = html`<p>Oldest first. ${link(withQuery(PATH, { ...query, after: 'latest' }), 'Only what comes from now on')}</p>
${filterForm(PATH, [...fields, ...tenantField(call)], query)}
${table('Events', heads, cells, 'No event fits.')}
${more && next !== null ? newer(withQuery(PATH, { ...query, after: next })) : null}
${byCurl(context.settings.publicUrl(), [{ what: 'This part of the feed', path: feed }])}`
    return { title: 'Events', body, live: ['event'] }
  },
}

/** One event: its bytes and where it was sent. */
export const eventPage: PageRoute = {
  method: 'get',
  path: `${PATH}/:id`,
  right: 'callbacks:read',
  async handle(call) {
    const { context, viewer } = call
    const id = idOf(call, 'evt')
    const found = await context.store.events.position(id)
    const body = await context.store.events.body(id)
    if (found === null || body === null || !maySee(viewer.reader, found.tenantId)) throw notFound()
    const { rows } = await context.store.deliveries.list({
      ...{ tenantId: found.tenantId, event: id, limit: ROWS, before: null, createdAfter: null, createdBefore: null },
      ...{ status: null, reason: null, error: null, jobId: null, type: null, destination: null },
    })
    const page = html`${facts([
      ['webhook-id', id],
      ...(viewer.reader.tenantId === null ? [['Tenant', found.tenantId] as const] : []),
      ['Size', bytes(body.byteLength)],
    ])}
<h2>Deliveries</h2>
${deliveryTable(call, rows)}
<h2>Body</h2>
<p>The bytes that every try of every delivery sends.</p>
${textOf(body)}`
    return { title: `Event ${id}`, body: page }
  },
}

function newer(path: string): Html {
  return html`<nav class="pager" aria-label="Pages of this list"><a href="${path}" rel="next">Newer</a></nav>`
}

function jobCell({ viewer }: PageCall, { jobId }: Event) {
  return jobId !== null && viewer.rights.has('jobs:read') ? link(`/dashboard/jobs/${jobId}`, jobId) : jobId
}
