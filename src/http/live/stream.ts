/**
 * Server-sent events, written on Node's response: half the memory of a stream of the web platform, and what a client does not read is
 * seen. One timer looks after all streams, see `lifecycle/process/live.ts`.
 */
import type { Following } from '../../lifecycle/jobs/follow-job.ts'
import type { LiveKind } from '../../ports/kinds.ts'
import { COMMENT, STREAM_HEAD } from '../../wire/documents/live.ts'
import type { Caller } from '../kit/auth.ts'
import { ALREADY_SENT } from '../kit/respond.ts'
import type { Call } from '../kit/route.ts'
import { createOutlet } from './outlet.ts'
import { takePlace } from './place.ts'

/** Proxies cut a silent connection after 30 s at the earliest; each stream says something so often, milliseconds. */
const BEAT_MS = 15_000

/** Of every stream. `no-transform` and `x-accel-buffering` ask proxies to pass each frame on at once. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
} as const

/** One open stream, as what is followed writes it. */
export interface Stream {
  send(text: string): void
  readonly full: boolean
  /** Nothing more follows. */
  end(): void
}

/** A stream to be opened. */
export interface NewStream {
  kind: LiveKind
  /** What it sends first, behind `retry:`. */
  head: string
  /** Begins to write; what it writes at once leaves with the head. */
  follow(stream: Stream): Following
  /** What is said when nothing else is. */
  beat?(): string
}

type StreamCall = Pick<Call<Caller, unknown, unknown, undefined>, 'context' | 'caller' | 'headers' | 'outgoing' | 'request'>

/** Answers with a stream until it ends. Refuses with `overloaded` or `rate_limited` when there are too many. */
export function respondStream(
  { context, caller, headers, outgoing, request }: StreamCall,
  { kind, head, follow, beat }: NewStream,
): Response {
  const fields = { ...headers, ...STREAM_HEADERS }
  if (request.method === 'HEAD') return new Response(null, { headers: fields })
  if (outgoing === null) throw new Error('a stream needs a connection')
  const { clock, live } = context
  const outlet = createOutlet(outgoing, clock.monotonic)
  let following: Following | null = null
  let over = false
  let endsAtOnce = false
  let beatAt = clock.monotonic() + BEAT_MS
  /** What is there at once: it leaves with the head, in one write. Null once it has left. */
  let atOnce: string | null = `${STREAM_HEAD}${head}`

  const end = () => {
    if (over) return
    over = true
    leave()
    following?.stop()
    outgoing.end()
  }
  const leave = takePlace(
    live,
    {
      kind,
      tenantId: caller.tenantId,
      access: caller.access,
      end,
      check(now) {
        if (outlet.isStalled(now)) return void outgoing.req.socket.destroy()
        following?.check(now)
        if (now < beatAt) return
        beatAt = now + BEAT_MS
        if (!over && !outlet.full) outlet.send(beat?.() ?? COMMENT)
      },
    },
    headers,
  )
  // The request's own `close` may never come (Node has read it to its end); the response's does.
  outgoing.once('close', end)
  outgoing.on('drain', () => {
    outlet.drained()
    following?.resume()
  })
  outgoing.writeHead(200, fields)
  following = follow({
    send(text) {
      if (atOnce !== null) atOnce += text
      else if (!over) outlet.send(text)
    },
    get full() {
      return outlet.full
    },
    end() {
      if (atOnce === null) end()
      else endsAtOnce = true
    },
  })
  outlet.send(atOnce)
  atOnce = null
  if (endsAtOnce || outgoing.closed) end()
  return ALREADY_SENT
}
