/** The charts of the home page. They are drawn from the table beside them, which says the same without scripts. */
import type { ActivityStep, Span } from '../../../lifecycle/commit/activity.ts'
import { moment } from '../components/facts.ts'
import { withQuery } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { listedTenant } from './lists.ts'
import { may, type PageCall } from './page.ts'

interface Column {
  chart: string
  label: string
  right: 'jobs:read' | 'callbacks:read'
  of: (step: ActivityStep) => number | null
}

const COLUMNS: readonly Column[] = [
  { chart: 'Jobs', label: 'submitted', right: 'jobs:read', of: ({ submitted }) => submitted },
  { chart: 'Jobs', label: 'completed', right: 'jobs:read', of: ({ completed }) => completed },
  { chart: 'Jobs', label: 'failed', right: 'jobs:read', of: ({ failed }) => failed },
  { chart: 'Callbacks', label: 'delivered', right: 'callbacks:read', of: ({ delivered }) => delivered },
  { chart: 'Callbacks', label: 'tries refused', right: 'callbacks:read', of: ({ refused }) => refused },
  { chart: 'Delay of callbacks, ms', label: 'half within', right: 'callbacks:read', of: ({ delayP50 }) => delayP50 },
  { chart: 'Delay of callbacks, ms', label: '99 % within', right: 'callbacks:read', of: ({ delayP99 }) => delayP99 },
]

/** The charts that a viewer may see, of the span that `?span=` names. */
export function chartsPart(call: PageCall): Part {
  const columns = COLUMNS.filter(({ right }) => may(call, right))
  if (columns.length === 0) return null
  const span: Span = call.query.span === 'day' ? 'day' : 'hour'
  const steps = call.context.activity.series(listedTenant(call), span)
  const charts = [...new Set(columns.map(({ chart }) => chart))]
  const { tenant } = call.query
  return html`<section><h2>The last ${span}</h2>
<p>${choice('hour', span, tenant)} · ${choice('day', span, tenant)}. Counted by the process that answers, since it started.</p>
<div class="charts">${charts.map(
    (chart) => html`<figure><figcaption>${chart}</figcaption><div class="chart" hx-morph-skip data-chart="${chart}"
role="img" aria-label="${chart}: the figures stand in the table below"></div></figure>`,
  )}</div>
<details class="figures"><summary>As a table</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Figures"><table id="figures">
<thead><tr><th scope="col">From (UTC)</th>${columns.map(head)}</tr></thead>
<tbody>${steps.map((step) => html`<tr><td>${moment(step.at)}</td>${columns.map(({ of }) => html`<td>${of(step)}</td>`)}</tr>`)}</tbody>
</table></div></details></section>`
}

function head({ chart, label }: Column): Part {
  return html`<th scope="col" data-chart="${chart}">${label}</th>`
}

function choice(span: Span, shown: Span, tenant: string | undefined): Part {
  const label = span === 'hour' ? 'Hour' : 'Day'
  return span === shown ? html`<strong>${label}</strong>` : html`<a href="${withQuery('/dashboard', { span, tenant })}">${label}</a>`
}
