/**
 * The connections to one origin, one request at a time on each. Unlike a pool of undici it knows whether a connection has been
 * used before: a peer may close an idle one at the very moment it is used again, and such a failure says nothing.
 */
import { type buildConnector, Client } from 'undici'
import type { Clock } from '../ports/runtime.ts'

const MAX_HEADER_BYTES = 32 * 1024
/** How long a connection rests for the next request: less than the 5 s after which common servers drop theirs. */
const REST_MS = 4000
/** The longest rest, whatever the peer's `Keep-Alive` header allows. */
const LONGEST_REST_MS = 30_000
/** A connection is given up so long before the time that its peer named in `Keep-Alive`. */
const MARGIN_MS = 1000
/** Peers that hang up sooner than this get a new connection each time. */
const SHORTEST_REST_MS = 100
/** A rest that was learned from a peer's hanging up holds so long. */
const REMEMBERED_MS = 60_000

/** A connection that carries one request at a time. */
export interface Connection {
  readonly client: Client
  /** Whether an answer has come over it before. */
  readonly isUsed: boolean
}

/** To which origin, how, and how many. */
export interface ConnectionsSettings {
  origin: string
  connect: buildConnector.connector
  /** Connections there may be at a time; who asks for more waits for one. */
  most: number
  clock: Clock
}

/** The connections to one origin. */
export interface Connections {
  /** One for a single request, used before or new. Rejects when `close` comes first. */
  take(): Promise<Connection>
  /** A new one in the place of one that its peer had closed while it rested: others rest half as long for the next minute. */
  replace(stale: Connection): Connection
  /** Called when the answer has come to its end. */
  giveBack(connection: Connection): void
  /** Closes it, whatever is under way on it. */
  drop(connection: Connection): void
  /** Closes all; requests under way and whoever waits fail with `error`. */
  close(error: Error): Promise<void>
}

interface Entry {
  client: Client
  isUsed: boolean
  /** By the monotonic clock; null while it is in use. */
  restsSince: number | null
  /** How long it rested before its present use, milliseconds. */
  restedMs: number
}

/** No connection is opened before `take`. */
export function createConnections({ origin, connect, most, clock }: ConnectionsSettings): Connections {
  const all = new Map<Connection, Entry>()
  /** The one used last comes last. */
  const resting: Entry[] = []
  const waiting: PromiseWithResolvers<Connection>[] = []
  let learned = { restMs: LONGEST_REST_MS, at: Number.NEGATIVE_INFINITY }

  function longestRest(): number {
    return clock.monotonic() - learned.at < REMEMBERED_MS ? learned.restMs : LONGEST_REST_MS
  }

  function open(): Entry {
    const longest = Math.max(1, longestRest())
    const client = new Client(origin, {
      connect: (target, callback) => {
        entry.isUsed = false
        connect(target, callback)
      },
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: Math.min(REST_MS, longest),
      keepAliveMaxTimeout: longest,
      keepAliveTimeoutThreshold: MARGIN_MS,
    })
    const entry: Entry = { client, isUsed: false, restsSince: null, restedMs: 0 }
    client.on('disconnect', (_origin, _targets, error) => {
      if (entry.restsSince === null) return
      // Any other code is the peer's doing.
      if ((error as { code?: unknown }).code !== 'UND_ERR_INFO') learn(clock.monotonic() - entry.restsSince)
      drop(entry)
    })
    all.set(entry, entry)
    return entry
  }

  /** The others that rest are as old, or older: they are not tried. */
  function learn(restedMs: number): void {
    learned = { restMs: Math.floor(restedMs / 2), at: clock.monotonic() }
    for (const one of [...resting]) drop(one)
  }

  function remove(connection: Connection): void {
    const entry = all.get(connection)
    if (entry === undefined) return
    all.delete(entry)
    const at = resting.indexOf(entry)
    if (at >= 0) resting.splice(at, 1)
    void entry.client.destroy()
  }

  function drop(connection: Connection): void {
    remove(connection)
    if (all.size < most) waiting.shift()?.resolve(open())
  }

  return {
    async take() {
      const entry = resting.pop()
      if (entry !== undefined) {
        entry.restedMs = clock.monotonic() - (entry.restsSince ?? clock.monotonic())
        entry.restsSince = null
        return entry
      }
      if (all.size < most) return open()
      const turn = Promise.withResolvers<Connection>()
      waiting.push(turn)
      return turn.promise
    },
    replace(stale) {
      learn(all.get(stale)?.restedMs ?? 0)
      remove(stale)
      return open()
    },
    giveBack(connection) {
      const entry = all.get(connection)
      if (entry === undefined) return
      entry.isUsed = true
      entry.restedMs = 0
      const next = waiting.shift()
      if (next !== undefined) return next.resolve(entry)
      if (longestRest() < SHORTEST_REST_MS) return drop(entry)
      entry.restsSince = clock.monotonic()
      resting.push(entry)
    },
    drop,
    async close(error) {
      for (const turn of waiting.splice(0)) turn.reject(error)
      await Promise.all([...all.values()].map((entry) => entry.client.destroy(error)))
      all.clear()
      resting.length = 0
    },
  }
}
