/** GET /v1/events */
import { readFeed } from '../../lifecycle/feed/read-feed.ts'
import { eventDocument } from '../../wire/documents/event.ts'
import { FeedEvent, ReadFeed } from '../../wire/schemas/event.ts'
import { listSchema } from '../../wire/schemas/list.ts'
import { DEFAULT_LIMIT, listedTenant, respondList } from '../kit/page.ts'
import { waitSeconds } from '../kit/prefer.ts'
import { defineRoute } from '../kit/route.ts'

/** The feed of events. */
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
        'Events after `after`, or from the oldest on. No event ever appears before one you have read: remember the id of the last one, ' +
        'or `next_cursor` where there is one, and go on after it, at any time.',
      schema: listSchema(FeedEvent),
      headers: { link: 'The next page, `rel="next"`.' },
    },
  },
  problems: ['not_found', 'cursor_expired', 'overloaded'],
  async handle(call) {
    const { context, caller, query, request } = call
    const reader = { tenantId: listedTenant(caller, query.tenant) }
    const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit)
    const waitMs = query.wait === undefined ? 0 : waitSeconds(query.wait, '?wait') * 1000
    const asked = { after: query.after ?? null, types: query.types ?? null, limit, waitMs, signal: request.signal }
    const { events, more, goOnAfter } = await readFeed(context, reader, asked)
    const documents = events.map((event) => eventDocument(event, { tenantId: query.tenant !== undefined }))
    const value = goOnAfter ?? (more ? (events.at(-1)?.id ?? null) : null)
    return respondList(call, documents, { parameter: 'after', value, more })
  },
})
