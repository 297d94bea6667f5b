/** Why a delivery has not arrived, and when the next try comes. */
import type { Delivery } from '../../../domain/delivery.ts'
import { breakerState } from '../../../domain/destination.ts'
import { moment } from '../components/facts.ts'
import { html, type Part } from '../components/html.ts'
import type { PageCall } from './page.ts'

const DEAD: Readonly<Record<string, string>> = {
  exhausted: 'Every try of its schedule has failed.',
  gone: 'The receiver answered 410: it wants no more.',
  forbidden: 'The address is one that callbacks do not go to.',
  destination_down: 'Its time ran out while the destination answered nothing.',
  endpoint_disabled: 'Its endpoint is disabled.',
  discarded: 'It was discarded.',
  endpoint_deleted: 'Its endpoint was deleted.',
}

/** The reasons as a list. */
export async function whyNotArrived({ context }: PageCall, delivery: Delivery): Promise<Part> {
  if (delivery.status === 'delivered') return html`<p>The receiver took it at ${moment(delivery.finishedAt)}.</p>`
  if (delivery.status === 'dead' || delivery.status === 'canceled') {
    return html`<p>${DEAD[delivery.reason]} No further try is made since ${moment(delivery.finishedAt)}.</p>`
  }
  const now = context.clock.now()
  const destination = await context.store.destinations.find(delivery.destination)
  const breaker = destination === null ? 'closed' : breakerState(destination, now)
  const last = delivery.lastStatus ?? delivery.lastError
  const reasons: Part[] = [
    last === null ? 'It has not been tried yet.' : html`The last try got <strong>${last}</strong>.`,
    delivery.status === 'sending' || context.outgoing.isSending(delivery.id) ? 'A try is in flight.' : null,
    breaker === 'closed' || destination === null
      ? null
      : html`The destination has answered nothing since ${moment(destination.openSince)}. Its next probe: ${moment(destination.openUntil)}.`,
    delivery.status !== 'pending' ? null : dueText(delivery.dueAt, now),
  ]
  return html`<ul>${reasons.filter((reason) => reason !== null).map((reason) => html`<li>${reason}</li>`)}</ul>`
}

function dueText(dueAt: number, now: number): Part {
  return dueAt <= now ? 'It is due, and goes out in its turn.' : html`The next try is due at ${moment(dueAt)}.`
}
