/** GET /dashboard/deliveries: one list, of which `?status=dead` is the dead-letter queue. */
import { CANCEL_REASONS, DEAD_REASONS, type Delivery, SHOWN_DELIVERY_STATUSES, shownStatus } from '../../../domain/delivery.ts'
import { ListDeliveries } from '../../../wire/schemas/delivery.ts'
import { deliveryFilter } from '../../routes/delivery-filter.ts'
import { byCurl } from '../components/actions.ts'
import { badge, link, moment, shownUrl, table } from '../components/facts.ts'
import { type FilterField, filterForm, pager, withQuery } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { CREATED_FIELDS, listedTenant, nextCursor, pageQuery, readFilter, tenantField } from './lists.ts'
import { may, type PageCall, type PageRoute } from './page.ts'

const PATH = '/dashboard/deliveries'
const FIELDS: readonly FilterField[] = [
  { name: 'status', label: 'Status', choices: SHOWN_DELIVERY_STATUSES },
  { name: 'reason', label: 'Reason', choices: [...DEAD_REASONS, ...CANCEL_REASONS] },
  { name: 'error', label: 'Error class' },
  { name: 'destination', label: 'Destination (URL)' },
  { name: 'type', label: 'Job type' },
  { name: 'event', label: 'Event' },
  { name: 'job_id', label: 'Job' },
  ...CREATED_FIELDS,
]

/** The list of deliveries. */
export const deliveriesPage: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'callbacks:read',
  async handle(call) {
    const { context, query } = call
    const tenantId = listedTenant(call)
    const members = readFilter(ListDeliveries, query)
    const { rows, next } = await context.store.deliveries.list({
      ...{ ...deliveryFilter(tenantId, members), ...pageQuery('deliveries', tenantId, query) },
      status: members.status ?? null,
    })
    const { cursor: _cursor, done: _done, ...asked } = query
    const isDead = query.status === 'dead'
    const body = html`${filterForm(PATH, [...FIELDS, ...tenantField(call)], query)}
${isDead && rows.length > 0 && may(call, 'callbacks:send') ? replayAll(asked) : null}
${deliveryTable(call, rows)}
${pager(PATH, query, nextCursor('deliveries', tenantId, next))}
${byCurl(context.settings.publicUrl(), [{ what: 'This list', path: withQuery('/v1/deliveries', asked) }])}`
    const live = query.cursor === undefined ? { live: ['delivery'] as const } : {}
    return { title: isDead ? 'Dead letters' : 'Deliveries', body, ...live }
  },
}

/** A table of deliveries. */
export function deliveryTable(call: PageCall, deliveries: readonly Delivery[]): Part {
  const seesAll = call.viewer.reader.tenantId === null
  const heads = [
    'Delivery',
    'Event',
    'To',
    'Status',
    'Reason',
    'Tries',
    'Last answer',
    'Next try',
    'Created',
    ...(seesAll ? ['Tenant'] : []),
  ]
  const rows = deliveries.map((delivery) => [
    link(`${PATH}/${delivery.id}`, delivery.id),
    delivery.eventType,
    shownUrl(delivery.url),
    badge(shownStatus(delivery)),
    delivery.status === 'dead' || delivery.status === 'canceled' ? delivery.reason : null,
    delivery.attempts,
    delivery.lastStatus ?? delivery.lastError,
    moment(delivery.status === 'pending' ? delivery.dueAt : null),
    moment(delivery.createdAt),
    ...(seesAll ? [delivery.tenantId] : []),
  ])
  return table('Deliveries', heads, rows, 'No delivery fits.')
}

function replayAll(asked: Readonly<Record<string, string>>): Part {
  const { status: _status, ...filter } = asked
  return html`<p>${link(withQuery('/dashboard/replay', filter), 'Replay all that match…')}</p>`
}
