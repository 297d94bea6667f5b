/** GET /v1/events */
import { type Event, eventBody } from '../../domain/event.ts'
import { readFeed } from '../../lifecycle/feed/read-feed.ts'
import { listSchema } from '../../wire/schemas/common.ts'
import { FeedEvent, ReadFeed } from '../../wire/schemas/event.ts'
import { DEFAULT_LIMIT, listedTenant, respondList } from '../kit/page.ts'
import { waitSeconds } from '../kit/prefer.ts'
import { defineRoute } from '../kit/route.ts'

const UTF8 = new TextDecoder()

export const eventsRoute = defineRoute({
  method: 'get',
  path: '/v1/events',
  operationId: 'readEvents',
  summary: 'The feed: every event, oldest first, for those who missed callbacks or cannot receive any',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  query: ReadFeed,
  responses: {
    200: {
      description:
        'Events after `after`, or from the oldest on. No event ever appears before one you have read: remember the id of the last one, or `next_cursor` where there is one, and go on after it, at any time.',
      schema: listSchema(FeedEvent),
      headers: { link: 'The next page, `rel="next"`.' },
    },
  },
  problems: ['not_found', 'cursor_expired', 'overloaded'],
  async handle({ context, caller, query, request }) {
    const reader = { tenantId: listedTenant(caller, query.tenant) }
    const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit)
    const waitMs = query.wait === undefined ? 0 : waitSeconds(query.wait, '?wait') * 1000
    const asked = { after: query.after ?? null, types: query.types ?? null, limit, waitMs, signal: request.signal }
    const { events, more, goOnAfter } = await readFeed(context, reader, asked)
    const rows = events.map((event) => wireEvent(event, query.tenant !== undefined))
    const value = goOnAfter ?? (more ? (events.at(-1)?.id ?? null) : null)
    return respondList(rows, { parameter: 'after', value, more }, request.url, context.settings.publicUrl())
  },
})

const OPEN = 0x7b
const CLOSE = 0x7d

/** The members of the callback's body stand here as the very bytes that are sent; of a damaged one nothing does, or the page would be no JSON. */
function wireEvent({ id, tenantId, type, jobId, body: kept, createdAt }: Event, showTenant: boolean): string {
  const body = kept[0] === OPEN && kept.at(-1) === CLOSE ? kept : eventBody(type, createdAt, 'null')
  const head = JSON.stringify({ id, ...(showTenant ? { tenant_id: tenantId } : {}), job_id: jobId })
  return `${head.slice(0, -1)},${UTF8.decode(body).slice(1)}`
}
