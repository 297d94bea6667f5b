/** Why a delivery has not arrived, and when the next try comes. */
import type { Delivery } from '../../../domain/delivery.ts'
import { explainDelivery } from '../../../lifecycle/deliveries/explain-delivery.ts'
import { moment } from '../components/facts.ts'
import { html, type Part } from '../components/html.ts'
import type { PageCall } from './page.ts'

/** The reasons as a list, what holds it back most first. */
export async function whyNotArrived({ context, viewer }: PageCall, { id }: Delivery): Promise<Part> {
  const { because, nextAttemptAt } = await explainDelivery(context, viewer.reader, id)
  return html`<ul class="plain">${because.map(
    ({ code, detail, since, until }) =>
      html`<li><code>${code}</code> ${detail} ${since === null ? null : html`Since ${moment(since)}.`}
${until === null ? null : html`Until ${moment(until)}.`}</li>`,
  )}</ul>
<p>${nextAttemptAt === null ? 'No further try is made.' : html`The next try comes at ${moment(nextAttemptAt)} or soon after.`}</p>`
}
