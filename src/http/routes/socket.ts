/** GET /v1/ws: what the document says of sockets, and what is answered to a request that asks for none. */
import { ProblemError } from '../../domain/errors.ts'
import { defineRoute } from '../kit/route.ts'
import { MOST_SUBSCRIPTIONS } from '../live/subscriptions.ts'
import { SOCKET_PATH, SUBPROTOCOL } from '../live/upgrade.ts'

/** Where sockets are opened, see `live/upgrade.ts`. */
export const socketRoute = defineRoute({
  method: 'get',
  path: SOCKET_PATH,
  operationId: 'openSocket',
  summary: 'A WebSocket: many jobs and the feed on one connection',
  tag: 'Jobs',
  scope: 'any',
  requestHeaders: {
    Origin: 'Of a page; one of `CORS_ORIGINS` or that of `PUBLIC_URL`.',
    'Sec-WebSocket-Protocol': `\`${SUBPROTOCOL}\`, and where \`Authorization\` cannot be set \`bearer.<key or token>\`.`,
  },
  responses: {
    101: {
      description:
        'Send `{"subscribe": "job_…"}`, `{"subscribe": "events", "after": "evt_…", "types": ["job.completed"]}` and ' +
        `\`{"unsubscribe": "job_…"}\`: at most ${MOST_SUBSCRIPTIONS} subscriptions, 4 KiB a message. ` +
        'Received are `{"type", "job", "data"}` with the types and data of the stream of a job, `{"type": "event", "data"}`, and ' +
        '`{"type": "problem", "subscribe", "code", "detail"}` for what is refused.',
    },
  },
  problems: ['subprotocol_required', 'upgrade_required'],
  handle({ headers }) {
    Object.assign(headers, { upgrade: 'websocket', connection: 'upgrade' })
    throw new ProblemError('upgrade_required', 'This path speaks the WebSocket protocol.')
  },
})
