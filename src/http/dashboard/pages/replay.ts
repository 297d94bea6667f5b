/** GET, POST /dashboard/replay: all dead letters that match, counted first and then moved as they were counted. */
import { ProblemError } from '../../../domain/errors.ts'
import { countReplay } from '../../../lifecycle/deliveries/count-replay.ts'
import { replayDeadLetters } from '../../../lifecycle/deliveries/replay-dead-letters.ts'
import type { DeadLetterFilter } from '../../../ports/deliveries.ts'
import { timestamp } from '../../../wire/documents/timestamp.ts'
import { SummarizeDeadLetters } from '../../../wire/schemas/dead-letter.ts'
import { momentOf } from '../../../wire/schemas/time.ts'
import { deliveryFilter } from '../../routes/delivery-filter.ts'
import { action, byCurl } from '../components/actions.ts'
import { facts, link, moment, table } from '../components/facts.ts'
import { type Filled, withQuery } from '../components/filters.ts'
import { html, type Part } from '../components/html.ts'
import { fieldOf } from '../session/form.ts'
import { deliveryTable } from './deliveries.ts'
import { listedTenant, readFilter } from './lists.ts'
import type { PageCall, PageRoute } from './page.ts'

const PATH = '/dashboard/replay'
/** One request moves at most so many deliveries (docs/contract.md#callbacks). */
const REPLAY_LIMIT = 100_000
const SHOWN_GROUPS = 100
const SAMPLE = 5
const MEMBERS = Object.keys(SummarizeDeadLetters.shape)

const preview: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'callbacks:send',
  async handle(call) {
    const { context } = call
    const chosen = chosenOf(call.query)
    const asOf = context.clock.now()
    const filter = { ...filterOf(call, chosen), endedBefore: asOf }
    const [{ total, groups }, sample] = await Promise.all([
      countReplay(context, filter),
      context.store.deliveries.list({ ...filter, status: 'dead', limit: SAMPLE, before: null }),
    ])
    const rows = groups.slice(0, SHOWN_GROUPS).map(({ origin, reason, count }) => [origin, reason, count])
    const fields = { ...chosen, as_of: timestamp(asOf) ?? '', expect: String(total) }
    const { tenant, ...api } = chosen
    const body = html`<p>${total === 0 ? 'No dead letter that can be sent fits.' : html`<strong>${total}</strong> would be sent again.`}
Those of a disabled or deleted endpoint are not among them.</p>
${filterPart(chosen)}
${table('By destination and reason', ['Destination', 'Reason', 'Dead letters'], rows, 'None.')}
${groups.length > SHOWN_GROUPS ? html`<p>And ${groups.length - SHOWN_GROUPS} smaller groups.</p>` : null}
${
  total === 0
    ? null
    : html`<p>What dies after ${moment(asOf)} is not moved, and nothing is when more would be than are counted here.</p>
${action({ to: PATH, label: `Replay ${total}`, isGrave: true, fields })}
<h2>The newest of them</h2>${deliveryTable(call, sample.rows)}`
}
<p>${link(withQuery('/dashboard/deliveries', { ...chosen, status: 'dead' }), 'Back to the list')}</p>
${byCurl(context.settings.publicUrl(), [
  { what: 'Count', method: 'POST', path: withQuery('/v1/dead-letters/replay', { tenant }), body: { filter: orAll(api), dry_run: true } },
  {
    what: 'Replay these',
    method: 'POST',
    path: withQuery('/v1/dead-letters/replay', { tenant }),
    body: { filter: orAll(api), as_of: timestamp(asOf), expect: total },
  },
])}`
    return { title: 'Replay all that match', body }
  },
}

const replay: PageRoute = {
  method: 'post',
  path: PATH,
  right: 'callbacks:send',
  action: 'dead_letters.replay',
  filterOf: (form) => orAll(chosenOf(Object.fromEntries(form))),
  async handle(call) {
    const chosen = chosenOf(Object.fromEntries(call.form))
    const asOf = momentOf(fieldOf(call.form, 'as_of'))
    const expect = Number(fieldOf(call.form, 'expect') ?? Number.NaN)
    if (!Number.isSafeInteger(expect) || expect < 0 || asOf === null || Number.isNaN(asOf)) {
      throw new ProblemError('invalid_request', 'Look at what would be replayed first, and confirm that.')
    }
    const filter = { ...filterOf(call, chosen), endedBefore: asOf }
    const { replayed, skipped, hasMore } = await replayDeadLetters(call.context, filter, REPLAY_LIMIT, expect)
    const since = hasMore ? null : (await countReplay(call.context, filterOf(call, chosen))).total
    const body = html`<p class="notice" role="status">${replayed} moved, ${skipped} skipped.</p>
${facts([
  ['Counted before', expect],
  ['Moved', replayed],
  ['Skipped', skipped],
  ['No longer dead', hasMore ? null : Math.max(0, expect - replayed - skipped)],
  ['Died since it was counted', since],
])}
<p>What was moved is pending again, with a fresh schedule and the same webhook-id.
${hasMore ? html`There are more: ${link(withQuery(PATH, chosen), 'look at the rest')}.` : null}</p>
<p>${link(withQuery('/dashboard/deliveries', { ...chosen, status: 'pending', reason: null }), 'What is pending')} ·
${link(withQuery('/dashboard/deliveries', { ...chosen, status: 'dead' }), 'What is dead')}</p>`
    return { title: 'Replayed', body }
  },
}

/** Preview and confirmation. */
export const replayPages = [preview, replay]

function chosenOf(query: Filled): Filled {
  return Object.fromEntries(MEMBERS.flatMap((name) => (query[name] === undefined || query[name] === '' ? [] : [[name, query[name]]])))
}

/** Whoever looks on at everybody moves their own alone. */
function filterOf({ viewer }: PageCall, chosen: Filled): DeadLetterFilter {
  const tenantId = listedTenant({ viewer: { ...viewer, reader: viewer.writer }, query: chosen })
  return deliveryFilter(tenantId, readFilter(SummarizeDeadLetters, chosen))
}

function filterPart(chosen: Filled): Part {
  const { status: _status, ...shown } = chosen
  const entries = Object.entries(shown)
  return entries.length === 0 ? html`<p>All dead letters.</p>` : facts(entries)
}

function orAll(filter: Filled): Readonly<Record<string, unknown>> {
  return Object.keys(filter).length === 0 ? { all: true } : filter
}
