/** GET /dashboard/destinations · POST /dashboard/destinations/pause · POST /dashboard/destinations/resume */
import { breakerState, destinationOf } from '../../../domain/destination.ts'
import { ProblemError } from '../../../domain/errors.ts'
import { isPaused } from '../../../domain/pause.ts'
import { pauseDestination } from '../../../lifecycle/deliveries/pause-destination.ts'
import { readDestinations } from '../../../lifecycle/deliveries/read-destinations.ts'
import { resumeDestination } from '../../../lifecycle/deliveries/resume-destination.ts'
import type { DestinationState } from '../../../wire/documents/destination.ts'
import { originOf } from '../../../wire/schemas/delivery.ts'
import { action, byCurl } from '../components/actions.ts'
import { badge, link, moment, table } from '../components/facts.ts'
import { filterForm, pager, withQuery } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { fieldOf } from '../session/form.ts'
import { listedTenant, nextCursor, pageQuery, tenantField } from './lists.ts'
import { notice } from './notices.ts'
import { may, type PageCall, type PageRoute } from './page.ts'

const PATH = '/dashboard/destinations'

const list: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'callbacks:read',
  async handle(call) {
    const { context, query, viewer } = call
    const tenantId = listedTenant(call)
    const { rows, next } = await readDestinations(context, pageQuery('destinations', tenantId, query))
    const heads = ['Destination', 'Limit', 'In flight', 'Waiting', 'Breaker', 'Since', 'Next probe', 'Paused until']
    if (viewer.reader.tenantId === null) heads.push('Tenant')
    if (may(call, 'callbacks:write')) heads.push('Action')
    const fields = tenantField(call)
    const body = html`${notice(query.done)}
${fields.length === 0 ? null : filterForm(PATH, fields, query)}
${table(
  'Destinations',
  heads,
  rows.map((state) => cellsOf(call, state)),
  'Nothing has been sent yet.',
)}
${pager(PATH, query, nextCursor('destinations', tenantId, next))}
${byCurl(context.settings.publicUrl(), [
  { what: 'This list', path: withQuery('/v1/destinations', { tenant: query.tenant }) },
  { what: 'Pause', method: 'POST', path: '/v1/destinations/pause', body: { destination: 'https://partner.example' } },
  { what: 'Resume', method: 'POST', path: '/v1/destinations/resume', body: { destination: 'https://partner.example' } },
])}`
    return { title: 'Destinations', body, live: ['delivery'] }
  },
}

/** The pages of destinations. */
export const destinationPages = [list, pauseRoute('pause', 'paused', pauseDestination), pauseRoute('resume', 'resumed', resumeDestination)]

function cellsOf(call: PageCall, { destination, inFlight, waiting }: DestinationState): Part[] {
  const { origin, tenantId, limit, openSince, openUntil, pausedUntil } = destination
  const now = call.context.clock.now()
  const seesAll = call.viewer.reader.tenantId === null
  const { writer } = call.viewer
  const isOwn = writer.tenantId === null || writer.tenantId === tenantId
  const paused = isPaused(destination, now)
  const verb = paused ? 'resume' : 'pause'
  const button = () =>
    action({ to: `${PATH}/${verb}`, label: paused ? 'Resume' : 'Pause', fields: { destination: origin, tenant: tenantId } })
  return [
    link(withQuery('/dashboard/deliveries', { destination: origin, tenant: seesAll ? tenantId : null }), origin),
    Math.floor(limit),
    inFlight,
    waiting,
    badge(breakerState(destination, now)),
    moment(openSince),
    moment(openUntil),
    moment(paused ? pausedUntil : null),
    ...(seesAll ? [tenantId] : []),
    ...(may(call, 'callbacks:write') ? [isOwn ? button() : null] : []),
  ]
}

function pauseRoute(verb: string, done: string, run: (context: PageCall['context'], lane: string) => Promise<unknown>): PageRoute {
  return {
    method: 'post',
    path: `${PATH}/${verb}`,
    right: 'callbacks:write',
    action: `destination.${verb}`,
    async handle({ context, viewer, form }) {
      const url = fieldOf(form, 'destination') ?? ''
      if (originOf(url) === null) throw new ProblemError('invalid_request', 'A destination is an http:// or https:// URL.')
      const query = { tenant: fieldOf(form, 'tenant') ?? viewer.tenantId }
      const tenantId = listedTenant({ viewer: { ...viewer, reader: viewer.writer }, query })
      await run(context, destinationOf(tenantId ?? viewer.tenantId, url))
      return { goTo: `${PATH}?done=${done}` }
    },
  }
}
