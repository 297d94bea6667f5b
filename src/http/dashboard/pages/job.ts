/** GET /dashboard/jobs/:id */
import { isFinished } from '../../../domain/job.ts'
import type { JobFailure } from '../../../domain/job-outcome.ts'
import { unreadableFailure } from '../../../domain/job-outcome.ts'
import { expiresAt, type JobView } from '../../../domain/job-view.ts'
import { findJob } from '../../../lifecycle/access/find-job.ts'
import { estimateJob } from '../../../lifecycle/jobs/estimate.ts'
import { publicFailure } from '../../../wire/documents/job.ts'
import { action, actions, byCurl } from '../components/actions.ts'
import { badge, facts, link, moment, shownUrl } from '../components/facts.ts'
import { type Html, html, type Part } from '../components/html.ts'
import { payloadPart, resultPart } from './job-bytes.ts'
import { timelineOf } from './job-timeline.ts'
import { notice } from './notices.ts'
import { idOf, ifMay, type PageCall, type PageRoute } from './page.ts'

/** One job. */
export const jobPage: PageRoute = {
  method: 'get',
  path: '/dashboard/jobs/:id',
  right: 'jobs:read',
  async handle(call) {
    const { context, viewer, query } = call
    const view = await findJob(context, viewer.reader, idOf(call, 'job'))
    const { job } = view
    const body = html`${notice(query.done)}
${await summary(call, view)}
${actionsOf(call, view)}
${progressOf(view)}
${errorOf(call, view)}
<h2>Timeline</h2>
${await timelineOf(call, view)}
<h2>Payload</h2>
${await payloadPart(call, view)}
<h2>Result</h2>
${await resultPart(call, view)}
${byCurl(context.settings.publicUrl(), [
  { what: 'This job', path: `/v1/jobs/${job.id}` },
  { what: 'Its end, as soon as it comes', path: `/v1/jobs/${job.id}?wait=60` },
  { what: 'Its result', path: `/v1/jobs/${job.id}/result` },
  { what: 'Cancel', method: 'POST', path: `/v1/jobs/${job.id}/cancel` },
  { what: 'Run again', method: 'POST', path: `/v1/jobs/${job.id}/rerun` },
  { what: 'Its callbacks', path: `/v1/deliveries?job_id=${job.id}` },
])}`
    return { title: `Job ${job.id}`, body, live: ['job', 'delivery'] }
  },
}

async function summary(call: PageCall, view: JobView): Promise<Html> {
  const { context, viewer } = call
  const { job } = view
  const estimate = await estimateJob(context, view)
  const ends = isFinished(job) ? job.finishedAt : null
  return facts([
    ['Status', html`${badge(job.status)}${job.status === 'running' && job.cancelRequested ? ' to be canceled' : null}`],
    ['Type', job.type],
    ...(viewer.reader.tenantId === null ? [['Tenant', job.tenantId] as const] : []),
    ['Attempt', `${job.attempt} of ${job.maxAttempts}`],
    ['Created', moment(job.createdAt)],
    ['Started', moment(job.startedAt)],
    ['Ended', moment(ends)],
    ...(isFinished(job)
      ? []
      : [['Expected to end', html`${moment(estimate.estimatedCompletionAt)}${estimate.overdue ? ' overdue' : null}`] as const]),
    ...(estimate.queuePosition === null ? [] : [['Place in the queue', estimate.queuePosition] as const]),
    ['Kept until', moment(expiresAt(view, context.settings.retentionMs))],
    ['Priority', job.priority],
    ['Time-out', `${job.timeoutMs / 1000} s`],
    ['Tags', job.tags.length === 0 ? null : job.tags.map((tag, n) => html`${n === 0 ? null : ', '}<bdi>${tag}</bdi>`)],
    ['Metadata', metadataOf(job.metadata)],
    ['Callback', job.callback === null ? null : html`${shownUrl(job.callback.url)} on ${job.callback.events.join(', ')}`],
    ['Run again of', job.rerunOf === null ? null : link(`/dashboard/jobs/${job.rerunOf}`, job.rerunOf)],
  ])
}

function metadataOf(metadata: Readonly<Record<string, string>>): Part {
  const pairs = Object.entries(metadata)
  return pairs.length === 0
    ? null
    : html`<ul class="plain">${pairs.map(([name, value]) => html`<li><code>${name}</code> <bdi>${value}</bdi></li>`)}</ul>`
}

function actionsOf(call: PageCall, { job }: JobView): Part {
  return ifMay(call, 'jobs:write', () =>
    actions([
      isFinished(job) || job.cancelRequested ? null : action({ to: `/dashboard/jobs/${job.id}/cancel`, label: 'Cancel', isGrave: true }),
      isFinished(job) ? action({ to: `/dashboard/jobs/${job.id}/rerun`, label: 'Run again' }) : null,
    ]),
  )
}

function progressOf({ progress }: JobView): Part {
  if (progress === null) return null
  const { percent, stage, message, steps } = progress
  const shown = steps.map(({ name, status }) => html`<li>${badge(status)} <bdi>${name}</bdi></li>`)
  return html`<h2>Progress</h2>
${percent === null ? null : html`<progress max="100" value="${percent}" aria-label="Progress">${percent} %</progress> ${percent} %`}
<p><bdi>${stage}</bdi>${stage !== null && message !== null ? ': ' : null}<bdi>${message}</bdi></p>
${shown.length === 0 ? null : html`<ol class="steps">${shown}</ol>`}`
}

function errorOf({ viewer }: PageCall, { job }: JobView): Part {
  const kept = job.status === 'failed' || job.status === 'pending' ? job.error : null
  const error: JobFailure | null = job.damage === undefined ? kept : unreadableFailure(job.damage)
  if (error === null) return null
  const shown = viewer.seesInternal ? error : publicFailure(error)
  return html`<h2>${job.status === 'pending' ? 'Error of the last attempt' : 'Error'}</h2>
${facts([
  ['Code', html`<code>${shown.code}</code>`],
  ['Message', shown.message],
  ['Retryable', shown.retryable ? 'yes' : 'no'],
  ['Details', shown.details === null || shown.details === undefined ? null : html`<code>${JSON.stringify(shown.details)}</code>`],
  ...(shown.internal === undefined
    ? []
    : [['For the operator', html`<pre tabindex="0">${JSON.stringify(shown.internal, null, 2)}</pre>`] as const]),
])}`
}
