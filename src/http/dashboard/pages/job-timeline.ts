/** Everything that happened to a job on one line of time: its runs and its callbacks. */
import type { Delivery } from '../../../domain/delivery.ts'
import { isFinished } from '../../../domain/job.ts'
import type { JobView } from '../../../domain/job-view.ts'
import { badge, duration, link, moment, shownUrl, table } from '../components/facts.ts'
import { html, type Part } from '../components/html.ts'
import { ifMay, type PageCall } from './page.ts'

/** Deliveries of one job, and attempts of one delivery, that are shown. */
const MOST_DELIVERIES = 20
const MOST_ATTEMPTS = 20

interface Moment {
  at: number
  what: Part
  isAhead?: boolean
}

/** The timeline, oldest first; what is still ahead comes last. */
export async function timelineOf(call: PageCall, view: JobView): Promise<Part> {
  const callbacks = call.viewer.rights.has('callbacks:read') ? await callbacksOf(call, view) : []
  const moments = [...runsOf(view), ...callbacks].sort((a, b) => Number(a.isAhead ?? false) - Number(b.isAhead ?? false) || a.at - b.at)
  const rows = moments.map(({ at, what, isAhead = false }) => [moment(at), html`${isAhead ? html`<em>ahead</em> ` : null}${what}`])
  return html`${table('Timeline', ['When (UTC)', 'What'], rows, 'Nothing yet.')}
${ifMay(call, 'callbacks:read', () => html`<p>${link(`/dashboard/deliveries?job_id=${view.job.id}`, 'All callbacks of this job')}</p>`)}`
}

function runsOf({ job }: JobView): Moment[] {
  const moments: Moment[] = [{ at: job.createdAt, what: 'Submitted' }]
  if (job.startedAt !== null) moments.push({ at: job.startedAt, what: 'The first run began' })
  if (job.status === 'running' && job.attemptStartedAt !== job.startedAt) {
    moments.push({ at: job.attemptStartedAt, what: `Run ${job.attempt} began` })
  }
  if (job.status === 'pending') {
    const reason = job.error === null ? null : html` after <code>${job.error.code}</code>`
    moments.push({ at: job.dueAt, what: html`Run ${job.attempt + 1} is due${reason}`, isAhead: true })
  }
  if (isFinished(job)) moments.push({ at: job.finishedAt, what: html`Ended ${badge(job.status)}` })
  return moments
}

async function callbacksOf({ context }: PageCall, { job }: JobView): Promise<Moment[]> {
  const { rows } = await context.store.deliveries.list({
    ...{ tenantId: job.tenantId, jobId: job.id, limit: MOST_DELIVERIES, before: null, createdAfter: null, createdBefore: null },
    ...{ status: null, reason: null, error: null, event: null, type: null, destination: null },
  })
  return (
    await Promise.all(rows.map((delivery) => momentsOf(context.store.deliveries.attempts(delivery.id, MOST_ATTEMPTS), delivery)))
  ).flat()
}

async function momentsOf(
  attempts: Promise<readonly { n: number; at: number; ms: number; status: number | null; error: string | null }[]>,
  delivery: Delivery,
): Promise<Moment[]> {
  const to = link(`/dashboard/deliveries/${delivery.id}`, shownUrl(delivery.url))
  const moments: Moment[] = (await attempts).map(({ n, at, ms, status, error }) => ({
    at,
    what: html`Callback try ${n} to ${to}: <strong>${status ?? error}</strong> in ${duration(ms)}`,
  }))
  if (delivery.status === 'pending') moments.push({ at: delivery.dueAt, what: html`Next callback try to ${to}`, isAhead: true })
  if (delivery.status === 'dead' || delivery.status === 'canceled') {
    moments.push({ at: delivery.finishedAt, what: html`Callback to ${to} ${badge(delivery.status)}: ${delivery.reason}` })
  }
  return moments
}
