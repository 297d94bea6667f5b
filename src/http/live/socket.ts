/** One WebSocket from its handshake to its end. */
import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import type { JobWatches } from '../../lifecycle/jobs/job-watches.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { LiveConnection } from '../../lifecycle/process/live.ts'
import { problemMessage } from '../../wire/documents/live.ts'
import type { Caller } from '../kit/auth.ts'
import { refusalOf } from '../kit/problem.ts'
import { createOutlet } from './outlet.ts'
import { readSocketMessage, type SocketMessage } from './socket-message.ts'
import { createSubscriptions } from './subscriptions.ts'

/** A ping so often; a peer from which nothing has come for so long is cut. Milliseconds. */
const PING_MS = 20_000
const SILENCE_MS = 60_000
/** The peer may take so long, milliseconds, to answer our close; one that has fallen behind must read the rest first. */
const CLOSING_MS = { stopping: 1_000, access: 1_000, unreadable: 1_000, behind: 10_000 } as const
/** Messages that wait for their turn; nothing more is read of a client that sends faster. */
const MOST_WAITING = 64

const CLOSE = { stopping: 1001, access: 1008, unreadable: 1008, behind: 1013 } as const
const REASONS: Readonly<Record<keyof typeof CLOSE, string>> = {
  stopping: 'the service stops',
  access: 'the key is over',
  unreadable: 'this cannot be read',
  behind: 'too much is unread',
}

/** What serves every socket of the process. */
export interface SocketServing {
  context: Context
  watches: JobWatches
}

/** Serves a socket that is open. Gives what the list of live connections calls. */
export function serveSocket(
  { context, watches }: SocketServing,
  caller: Caller,
  { ws, socket, left }: { ws: WebSocket; socket: Socket; left: () => void },
): Pick<LiveConnection, 'end' | 'check'> {
  const { clock } = context
  const outlet = createOutlet(
    {
      write: (text) => ws.send(text),
      get writableNeedDrain() {
        return socket.writableNeedDrain
      },
    },
    clock.monotonic,
  )
  const subscriptions = createSubscriptions(context, watches, caller, outlet)
  const waiting: SocketMessage[] = []
  let taking = false
  let heardAt = clock.monotonic()
  let pingAt = heardAt + PING_MS
  let closed = false
  let cutAt = Number.POSITIVE_INFINITY

  function close(why: keyof typeof CLOSE): void {
    if (closed) return
    closed = true
    cutAt = clock.monotonic() + CLOSING_MS[why]
    subscriptions.stop()
    waiting.length = 0
    ws.resume()
    ws.close(CLOSE[why], REASONS[why])
  }

  /** One message after the other, and none while the client does not read the answers. */
  async function takeAll(): Promise<void> {
    if (taking) return
    taking = true
    while (!closed && !outlet.full) {
      const message = waiting.shift()
      if (message === undefined) break
      await subscriptions.take(message).catch((error) => {
        if (closed) return
        const name = message.kind === 'events' ? message.kind : message.id
        outlet.send(problemMessage(name, refusalOf(context, error)))
      })
    }
    taking = false
    if (waiting.length < MOST_WAITING && ws.isPaused) ws.resume()
  }

  function hear(data: RawData, isBinary: boolean): void {
    heardAt = clock.monotonic()
    if (closed) return
    const message = isBinary ? null : readSocketMessage(String(data))
    if (message === null) {
      close('unreadable')
      return
    }
    waiting.push(message)
    if (waiting.length >= MOST_WAITING) ws.pause()
    void takeAll()
  }

  ws.on('message', hear)
  ws.on('pong', () => {
    heardAt = clock.monotonic()
  })
  ws.on('ping', () => {
    heardAt = clock.monotonic()
  })
  // A frame that is too large or none at all: the library has closed with the code that says so.
  ws.on('error', () => {})
  ws.on('close', () => {
    closed = true
    subscriptions.stop()
    left()
  })
  socket.on('drain', () => {
    outlet.drained()
    subscriptions.resume()
    void takeAll()
  })

  return {
    end: close,
    check(now) {
      if (now >= cutAt || now - heardAt >= SILENCE_MS) return ws.terminate()
      if (outlet.isStalled(now)) return close('behind')
      subscriptions.check(now)
      if (now < pingAt || closed) return
      pingAt = now + PING_MS
      ws.ping()
    },
  }
}
