/** GET /dashboard: what needs somebody. */
import { breakerState } from '../../../domain/destination.ts'
import type { JobGroup } from '../../../ports/jobs.ts'
import { deliveryFilter } from '../../routes/delivery-filter.ts'
import { jobFilter } from '../../routes/job-filter.ts'
import { badge, duration, link, moment, table } from '../components/facts.ts'
import { withQuery } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { chartsPart } from './charts.ts'
import { listedTenant } from './lists.ts'
import { may, type PageCall, type PageRoute } from './page.ts'
import { processes } from './processes.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const SHOWN_GROUPS = 10
/** Records that a figure of this page counts at most: it is shown again and again, however much there is. */
const COUNTED = 5_000

/** The home page. */
export const homePage: PageRoute = {
  method: 'get',
  path: '/dashboard',
  right: null,
  async handle(call) {
    const [dead, waiting, overdue, breakers, failing, workers] = await Promise.all([
      may(call, 'callbacks:read') ? deadPart(call) : null,
      may(call, 'operator:read') ? waitingPart(call) : null,
      may(call, 'jobs:read') ? overduePart(call) : null,
      may(call, 'callbacks:read') ? breakersPart(call) : null,
      may(call, 'jobs:read') ? failingPart(call) : null,
      may(call, 'operator:read') ? processes(call) : null,
    ])
    const body = html`${dead}${waiting}${overdue}${breakers}${failing}${chartsPart(call)}${workers}`
    return { title: 'What needs somebody', body, live: ['job', 'delivery', 'endpoint'], hasChart: true }
  },
}

async function deadPart(call: PageCall): Promise<Part> {
  const tenantId = listedTenant(call)
  const { groups, complete } = await call.context.store.deliveries.summarizeDeadLetters(deliveryFilter(tenantId, {}), COUNTED)
  const seesAll = call.viewer.reader.tenantId === null
  const rows = groups.slice(0, SHOWN_GROUPS).map(({ origin, reason, count, oldestAt, tenantId: owner }) => {
    const filter = { status: 'dead', destination: origin, reason, tenant: seesAll ? owner : null }
    return [link(withQuery('/dashboard/deliveries', filter), origin), reason, count, moment(oldestAt), ...(seesAll ? [owner] : [])]
  })
  const heads = ['Destination', 'Reason', 'Dead', 'Oldest', ...(seesAll ? ['Tenant'] : [])]
  return html`<section><h2>Dead letters</h2>
${table('Dead letters', heads, rows, 'None: every callback has arrived or is on its way.')}
${complete ? null : html`<p>There are more than are counted.</p>`}
${groups.length > SHOWN_GROUPS ? link('/dashboard/deliveries?status=dead', 'All dead letters') : null}</section>`
}

async function waitingPart({ context }: PageCall): Promise<Part> {
  const now = context.clock.now()
  const { backlog } = context.store.lanes
  const [jobs, deliveries] = await Promise.all([backlog('job', now, COUNTED), backlog('delivery', now, COUNTED)])
  const rows = [
    { name: 'Jobs', ...jobs },
    { name: 'Callbacks', ...deliveries },
  ].map(({ name, due, later, oldestDueAt }) => [
    name,
    atMost(due),
    atMost(later),
    oldestDueAt === null ? null : duration(Math.max(0, now - oldestDueAt)),
  ])
  return html`<section><h2>Waiting</h2>${table('Waiting', ['What', 'Due', 'Later', 'The oldest waits for'], rows, '')}</section>`
}

async function overduePart(call: PageCall): Promise<Part> {
  const { context, viewer } = call
  const now = context.clock.now()
  const filter = jobFilter(context, listedTenant(call), { overdue: 'true' })
  const { rows: found, next } = await context.store.jobs.list({ ...filter, limit: SHOWN_GROUPS, before: null })
  const seesAll = viewer.reader.tenantId === null
  const rows = found.map(({ job }) => [
    link(`/dashboard/jobs/${job.id}`, job.id),
    job.type,
    job.status === 'running' ? duration(Math.max(0, now - job.attemptStartedAt)) : null,
    ...(seesAll ? [job.tenantId] : []),
  ])
  const heads = ['Job', 'Type', 'Runs for', ...(seesAll ? ['Tenant'] : [])]
  return html`<section><h2>Overdue jobs</h2>
${table('Overdue jobs', heads, rows, 'None: no job runs for longer than twice what its type takes.')}
${next === null ? null : link('/dashboard/jobs?overdue=true', 'All overdue jobs')}</section>`
}

async function breakersPart(call: PageCall): Promise<Part> {
  const { context, viewer } = call
  const tenantId = listedTenant(call)
  const ids = await context.store.destinations.openBreakers()
  const own = ids.filter((id) => tenantId === null || id.startsWith(`${tenantId} `)).slice(0, SHOWN_GROUPS)
  const seesAll = viewer.reader.tenantId === null
  const rows: Part[][] = []
  for (const id of own) {
    const destination = await context.store.destinations.find(id)
    if (destination === null) continue
    const state = badge(breakerState(destination, context.clock.now()))
    const owner = seesAll ? [destination.tenantId] : []
    const waiting = withQuery('/dashboard/deliveries', { status: 'pending', destination: destination.origin, tenant: owner[0] })
    rows.push([link(waiting, destination.origin), state, moment(destination.openSince), moment(destination.openUntil), ...owner])
  }
  const heads = ['Destination', 'Breaker', 'Since', 'Next probe', ...(seesAll ? ['Tenant'] : [])]
  return html`<section><h2>Open breakers</h2>${table('Open breakers', heads, rows, 'None: every destination answers.')}</section>`
}

async function failingPart(call: PageCall): Promise<Part> {
  const createdAfter = call.context.clock.now() - DAY_MS
  const { groups, complete } = await call.context.store.jobs.summarizeFailures({
    tenantId: listedTenant(call),
    createdAfter,
    rows: COUNTED,
  })
  const rows = byType(groups)
    .slice(0, SHOWN_GROUPS)
    .map(({ type, errorCode, count }) => [
      type,
      link(withQuery('/dashboard/jobs', { status: 'failed', type, error_code: errorCode }), errorCode ?? 'unknown'),
      count,
    ])
  return html`<section><h2>Failing job types, last 24 hours</h2>
${table('Failing job types', ['Type', 'Error', 'Jobs'], rows, 'None.')}
${complete ? null : html`<p>There are more than are counted.</p>`}</section>`
}

/** A count that went no further than `COUNTED` says so. */
function atMost(count: number): Part {
  return count < COUNTED ? count : `${COUNTED} or more`
}

/** Failed jobs of all tenants together, the most first. */
function byType(groups: readonly JobGroup[]): { type: string; errorCode: string | null; count: number }[] {
  const found = new Map<string, { type: string; errorCode: string | null; count: number }>()
  for (const { type, errorCode, count } of groups) {
    const key = JSON.stringify([type, errorCode])
    const known = found.get(key) ?? { type, errorCode, count: 0 }
    known.count += count
    found.set(key, known)
  }
  return [...found.values()].sort((a, b) => b.count - a.count)
}
