/** GET /dashboard/jobs */
import { shownStatus } from '../../../domain/delivery.ts'
import { isFinished, JOB_STATUSES } from '../../../domain/job.ts'
import type { JobView } from '../../../domain/job-view.ts'
import { isExpired } from '../../../lifecycle/access/find-job.ts'
import { ListJobs } from '../../../wire/schemas/job-filter.ts'
import { jobFilter } from '../../routes/job-filter.ts'
import { byCurl } from '../components/actions.ts'
import { badge, duration, link, moment, table } from '../components/facts.ts'
import { type FilterField, filterForm, pager, withQuery } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { CREATED_FIELDS, listedTenant, nextCursor, pageQuery, readFilter, tenantField } from './lists.ts'
import type { PageCall, PageRoute } from './page.ts'

const PATH = '/dashboard/jobs'
const FIELDS: readonly FilterField[] = [
  { name: 'status', label: 'Status', choices: JOB_STATUSES },
  { name: 'type', label: 'Type' },
  { name: 'tag', label: 'Tag' },
  { name: 'error_code', label: 'Error code' },
  { name: 'overdue', label: 'Overdue', choices: ['true', 'false'] },
  ...CREATED_FIELDS,
]

/** The list of jobs. */
export const jobsPage: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'jobs:read',
  async handle(call) {
    const { context, query } = call
    const tenantId = listedTenant(call)
    const filter = jobFilter(context, tenantId, readFilter(ListJobs, query))
    const { rows, next } = await context.store.jobs.list({ ...pageQuery('jobs', tenantId, query), ...filter })
    const kept = rows.filter((view) => !isExpired(context, view))
    const { cursor: _cursor, done: _done, ...asked } = query
    const body = html`${filterForm(PATH, [...FIELDS, ...tenantField(call)], query)}
${jobTable(call, kept)}
${pager(PATH, query, nextCursor('jobs', tenantId, next))}
${byCurl(context.settings.publicUrl(), [{ what: 'This list', path: withQuery('/v1/jobs', asked) }])}`
    return { title: 'Jobs', body, ...(query.cursor === undefined ? { live: ['job'] as const } : {}) }
  },
}

function jobTable(call: PageCall, views: readonly JobView[]): Part {
  const seesAll = call.viewer.reader.tenantId === null
  const heads = ['Job', 'Type', 'Status', 'Created', 'Took', 'Attempt', 'Error', 'Callback', ...(seesAll ? ['Tenant'] : [])]
  const rows = views.map(({ job, callbackDelivery }) => [
    link(`${PATH}/${job.id}`, job.id),
    job.type,
    badge(job.status),
    moment(job.createdAt),
    isFinished(job) && job.startedAt !== null ? duration(Math.max(0, job.finishedAt - job.startedAt)) : null,
    `${job.attempt} of ${job.maxAttempts}`,
    (job.status === 'failed' || job.status === 'pending') && job.error ? job.error.code : null,
    callbackDelivery === null ? null : badge(shownStatus(callbackDelivery)),
    ...(seesAll ? [job.tenantId] : []),
  ])
  return table('Jobs', heads, rows, 'No job fits.')
}
