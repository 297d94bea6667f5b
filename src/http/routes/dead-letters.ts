/** GET /v1/dead-letters · GET /v1/dead-letters/summary · POST /v1/dead-letters/replay */
import { countReplay } from '../../lifecycle/deliveries/count-replay.ts'
import { replayDeadLetters } from '../../lifecycle/deliveries/replay-dead-letters.ts'
import { deadLetterGroupDocument } from '../../wire/documents/dead-letter.ts'
import { deliveryDocument } from '../../wire/documents/delivery.ts'
import { timestamp } from '../../wire/documents/timestamp.ts'
import {
  DeadLetterSummary,
  ListDeadLetters,
  ReplayDeadLetters,
  ReplayedDeadLetters,
  ReplayPreview,
  SummarizeDeadLetters,
} from '../../wire/schemas/dead-letter.ts'
import { Delivery } from '../../wire/schemas/delivery.ts'
import { TenantQuery } from '../../wire/schemas/list.ts'
import { momentOf } from '../../wire/schemas/time.ts'
import { listRoute } from '../kit/list-route.ts'
import { listedTenant, shownTenant } from '../kit/page.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'
import { deliveryFilter } from './delivery-filter.ts'

/** One request moves at most so many deliveries (docs/contract.md#callbacks). */
const REPLAY_LIMIT = 100_000
/** The most dead letters that a summary counts. */
const SUMMARY_ROWS = 100_000
/** Groups of a preview that are shown. */
const PREVIEW_GROUPS = 1_000

const listDeadLetters = listRoute({
  path: '/v1/dead-letters',
  operationId: 'listDeadLetters',
  summary: 'The dead-letter queue: deliveries that were given up',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  list: 'dead-letters',
  noun: 'deliveries',
  query: ListDeadLetters,
  item: Delivery,
  page: (page, { context, query }) => context.store.deliveries.list({ ...deliveryFilter(page.tenantId, query), ...page, status: 'dead' }),
  document: (delivery, { query }) => JSON.stringify({ ...deliveryDocument(delivery), ...shownTenant(query.tenant, delivery.tenantId) }),
})

const summarize = defineRoute({
  method: 'get',
  path: '/v1/dead-letters/summary',
  operationId: 'summarizeDeadLetters',
  summary: 'What was never delivered, since when, and why: counts by destination and reason',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  query: SummarizeDeadLetters,
  responses: { 200: { description: 'The counts.', schema: DeadLetterSummary } },
  async handle({ context, caller, query }) {
    const tenantId = listedTenant(caller, query.tenant)
    const { groups, complete } = await context.store.deliveries.summarizeDeadLetters(deliveryFilter(tenantId, query), SUMMARY_ROWS)
    const data = groups.map((group) => ({ ...shownTenant(query.tenant, group.tenantId), ...deadLetterGroupDocument(group) }))
    return respondJson(200, { data, complete })
  },
})

const replay = defineRoute({
  method: 'post',
  path: '/v1/dead-letters/replay',
  operationId: 'replayDeadLetters',
  summary: 'Send all dead letters that fit again',
  tag: 'Callbacks',
  scope: 'callbacks:write',
  action: 'dead_letters.replay',
  query: TenantQuery,
  body: ReplayDeadLetters,
  responses: {
    200: {
      description: 'With `dry_run`: how many would be pending again, by destination and reason. Nothing is changed.',
      schema: ReplayPreview,
    },
    202: {
      description:
        'Pending again, each once, with a fresh schedule and the same `webhook-id`. They go out at the present limit of their destination.',
      schema: ReplayedDeadLetters,
    },
  },
  problems: ['conflict'],
  async handle({ context, caller, query, body }) {
    const chosen = deliveryFilter(listedTenant(caller, query.tenant), body.filter ?? {})
    if (body.dry_run) {
      const asOf = momentOf(body.as_of) ?? context.clock.now()
      const { total, groups } = await countReplay(context, { ...chosen, endedBefore: asOf })
      const by = groups.slice(0, PREVIEW_GROUPS).map(({ origin, ...group }) => ({ destination: origin, ...group }))
      return respondJson(200, { would_replay: total, by, as_of: timestamp(asOf) })
    }
    const filter = { ...chosen, endedBefore: momentOf(body.as_of) }
    const { replayed, skipped, hasMore } = await replayDeadLetters(context, filter, REPLAY_LIMIT, body.expect ?? null)
    return respondJson(202, { replayed, skipped, has_more: hasMore })
  },
})

/** The routes of the dead-letter queue. */
export const deadLetterRoutes = [listDeadLetters, summarize, replay]
