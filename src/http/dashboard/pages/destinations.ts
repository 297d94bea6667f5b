/** GET /dashboard/destinations */
import { breakerState } from '../../../domain/destination.ts'
import { readDestinations } from '../../../lifecycle/deliveries/read-destinations.ts'
import { byCurl } from '../components/actions.ts'
import { badge, link, moment, table } from '../components/facts.ts'
import { filterForm, pager, withQuery } from '../components/filters.ts'
import { html } from '../components/html.ts'
import { listedTenant, nextCursor, pageQuery, tenantField } from './lists.ts'
import { notice } from './notices.ts'
import type { PageRoute } from './page.ts'

const PATH = '/dashboard/destinations'

/** The list of destinations. */
export const destinationsPage: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'callbacks:read',
  async handle(call) {
    const { context, query, viewer } = call
    const tenantId = listedTenant(call)
    const seesAll = viewer.reader.tenantId === null
    const { rows, next } = await readDestinations(context, pageQuery('destinations', tenantId, query))
    const heads = ['Destination', 'Limit', 'In flight', 'Waiting', 'Breaker', 'Since', 'Next probe', ...(seesAll ? ['Tenant'] : [])]
    const cells = rows.map(({ destination, inFlight, waiting }) => [
      link(
        withQuery('/dashboard/deliveries', { destination: destination.origin, tenant: seesAll ? destination.tenantId : null }),
        destination.origin,
      ),
      Math.floor(destination.limit),
      inFlight,
      waiting,
      badge(breakerState(destination, context.clock.now())),
      moment(destination.openSince),
      moment(destination.openUntil),
      ...(seesAll ? [destination.tenantId] : []),
    ])
    const fields = tenantField(call)
    const body = html`${notice(query.done)}
${fields.length === 0 ? null : filterForm(PATH, fields, query)}
${table('Destinations', heads, cells, 'Nothing has been sent yet.')}
${pager(PATH, query, nextCursor('destinations', tenantId, next))}
${byCurl(context.settings.publicUrl(), [{ what: 'This list', path: withQuery('/v1/destinations', { tenant: query.tenant }) }])}`
    return { title: 'Destinations', body, live: ['delivery'] }
  },
}
