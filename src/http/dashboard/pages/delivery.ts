/** GET /dashboard/deliveries/:id */
import type { Attempt } from '../../../domain/attempt.ts'
import { shownHeaders } from '../../../domain/callback-headers.ts'
import { type Delivery, shownStatus } from '../../../domain/delivery.ts'
import { findDelivery } from '../../../lifecycle/access/find-delivery.ts'
import { action, actions, byCurl } from '../components/actions.ts'
import { badge, bytes, duration, facts, link, moment, shownUrl } from '../components/facts.ts'
import { type Html, html, type Part } from '../components/html.ts'
import { textOf } from './job-bytes.ts'
import { notice } from './notices.ts'
import { idOf, ifMay, may, type PageCall, type PageRoute } from './page.ts'
import { whyNotArrived } from './why.ts'

const MOST_ATTEMPTS = 100

/** One delivery. */
export const deliveryPage: PageRoute = {
  method: 'get',
  path: '/dashboard/deliveries/:id',
  right: 'callbacks:read',
  async handle(call) {
    const { context, viewer, query } = call
    const delivery = await findDelivery(context, viewer.reader, idOf(call, 'dlv'))
    const [attempts, sent] = await Promise.all([
      context.store.deliveries.attempts(delivery.id, MOST_ATTEMPTS),
      context.store.events.body(delivery.eventId),
    ])
    const path = `/dashboard/deliveries/${delivery.id}`
    const newestFirst = attempts.toReversed()
    const [newest] = newestFirst
    const body = html`${notice(query.done)}
${summary(call, delivery)}
<h2>${delivery.status === 'delivered' ? 'How it stands' : 'Why it has not arrived'}</h2>
${await whyNotArrived(call, delivery)}
${actionsOf(call, delivery)}
<h2>Tries</h2>
${attempts.length === 0 ? html`<p>None yet.</p>` : newestFirst.map((attempt) => attemptPart(delivery.eventId, attempt, attempt === newest))}
<h2>What is sent</h2>
${sent === null ? html`<p>It is no longer kept.</p>` : sentPart(query.show === 'body', path, sent)}
${byCurl(context.settings.publicUrl(), curls(delivery.id))}`
    return { title: `Delivery ${delivery.id}`, body, live: ['delivery'] }
  },
}

function summary({ viewer }: PageCall, delivery: Delivery): Html {
  return facts([
    ['Status', badge(shownStatus(delivery))],
    ['To', shownUrl(delivery.url)],
    ...(viewer.reader.tenantId === null ? [['Tenant', delivery.tenantId] as const] : []),
    ['Event', html`${link(`/dashboard/events/${delivery.eventId}`, delivery.eventId)} ${delivery.eventType}`],
    ['Job', jobLink(viewer.rights.has('jobs:read'), delivery)],
    ['Endpoint', endpointLink(viewer.rights.has('endpoints:read'), delivery)],
    ['Created', moment(delivery.createdAt)],
    ['Tries', delivery.attempts],
    ['Next try', moment(delivery.status === 'pending' ? delivery.dueAt : null)],
  ])
}

function jobLink(seesJobs: boolean, { jobId, jobType }: Delivery): Part {
  if (jobId === null) return null
  return html`${seesJobs ? link(`/dashboard/jobs/${jobId}`, jobId) : jobId} ${jobType}`
}

function endpointLink(seesEndpoints: boolean, { endpointId }: Delivery): Part {
  if (endpointId === null) return "none: the job's own URL"
  return seesEndpoints ? link(`/dashboard/endpoints/${endpointId}`, endpointId) : endpointId
}

function actionsOf(call: PageCall, { id, status }: Delivery): Part {
  const to = (verb: string) => `/dashboard/deliveries/${id}/${verb}`
  const canSend = may(call, 'callbacks:send')
  return actions([
    canSend && status === 'pending' ? action({ to: to('retry'), label: 'Retry now' }) : null,
    canSend && (status === 'dead' || status === 'delivered') ? action({ to: to('replay'), label: 'Replay' }) : null,
    ifMay(call, 'callbacks:write', () => (status === 'dead' ? action({ to: to('discard'), label: 'Discard', isGrave: true }) : null)),
  ])
}

function attemptPart(eventId: string, attempt: Attempt, isNewest: boolean): Html {
  const { n, at, ms, status, error, errorCause, sent, responseHeaders, responseBody } = attempt
  const cause = errorCause === null ? null : ` (${errorCause})`
  return html`<details class="attempt"${isNewest ? html` open` : null}>
<summary>Try ${n} · ${moment(at)} · <strong>${status ?? error}</strong>${cause} · ${duration(ms)}</summary>
${sent === null ? null : html`<h3>Request headers</h3>${headersPart(shownHeaders(eventId, at, sent))}`}
<h3>Answer</h3>
${status === null ? html`<p>No complete answer came: ${error}.</p>` : headersPart(responseHeaders)}
${responseBody.byteLength === 0 ? null : textOf(responseBody)}
</details>`
}

function headersPart(headers: Readonly<Record<string, string>>): Html {
  return facts(Object.entries(headers))
}

function sentPart(isShown: boolean, path: string, sent: Uint8Array): Html {
  if (!isShown) return html`<p>${link(`${path}?show=body#sent`, 'Show the body')} (${bytes(sent.byteLength)})</p>`
  return html`<div id="sent"><p>${bytes(sent.byteLength)}, the same on every try · ${link(path, 'Hide')}</p>${textOf(sent)}</div>`
}

function curls(id: string) {
  return [
    { what: 'This delivery', path: `/v1/deliveries/${id}` },
    { what: 'Retry now', method: 'POST', path: `/v1/deliveries/${id}/retry` },
    { what: 'Replay', method: 'POST', path: `/v1/deliveries/${id}/replay` },
    { what: 'Discard', method: 'DELETE', path: `/v1/deliveries/${id}` },
  ]
}
