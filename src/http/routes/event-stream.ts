/** GET /v1/events/stream: the feed of events, live. */
import { followFeed, openFeed } from '../../lifecycle/feed/follow-feed.ts'
import { eventDocument } from '../../wire/documents/event.ts'
import { COMMENT, frameText, positionText } from '../../wire/documents/live.ts'
import { StreamFeed } from '../../wire/schemas/event.ts'
import { idSchema } from '../../wire/schemas/id.ts'
import { listedTenant } from '../kit/page.ts'
import { defineRoute } from '../kit/route.ts'
import { validate } from '../kit/validate.ts'
import { respondStream } from '../live/stream.ts'

/** The feed of events as a stream. */
export const eventStreamRoute = defineRoute({
  method: 'get',
  path: '/v1/events/stream',
  operationId: 'streamEvents',
  summary: 'The feed, live: every event, in the order of the feed',
  tag: 'Callbacks',
  scope: 'callbacks:read',
  query: StreamFeed,
  requestHeaders: { 'Last-Event-ID': 'The id of the last event you have. It wins over `after`, which a browser repeats.' },
  responses: {
    200: {
      description:
        'Server-sent events from the one after `after` on, or from now on; none is left out and none comes twice. `id` is the id of the ' +
        'event, `event` its type, `data` the item of `GET /v1/events`. First comes an `id` without data: where the stream begins. ' +
        'A reader that falls behind is cut off, and goes on from its last id.',
      contentTypes: ['text/event-stream'],
    },
  },
  problems: ['not_found', 'cursor_expired', 'overloaded'],
  async handle(call) {
    const { context, caller, query, request } = call
    const reader = { tenantId: listedTenant(caller, query.tenant) }
    const lastId = request.headers.get('last-event-id') || null
    const after = lastId === null ? query.after : validate(idSchema('evt'), lastId, () => 'Last-Event-ID')
    const from = await openFeed(context, reader, after ?? null)
    /** Where the reader stands that gets none of the events of other types; null when it knows. */
    let passed: string | null = null
    return respondStream(call, {
      kind: 'feed_stream',
      head: positionText(from.id),
      follow: (stream) =>
        followFeed(
          context,
          reader,
          { from, types: query.types ?? null },
          {
            get full() {
              return stream.full
            },
            event(event) {
              passed = null
              const data = eventDocument(event, { tenantId: query.tenant !== undefined })
              stream.send(frameText({ event: event.type, id: event.id, data }))
            },
            passed(id) {
              passed = id
            },
          },
        ),
      beat() {
        const text = passed === null ? COMMENT : positionText(passed)
        passed = null
        return text
      },
    })
  },
})
