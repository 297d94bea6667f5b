/** The listening server. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Clock } from '../../ports/runtime.ts'
import { type ConnectionFigures, createConnectionRoom } from './connection-limit.ts'
import { attend } from './connections.ts'
import type { ServerLimits } from './server-limits.ts'
import { createUnreadAnswers } from './unread-answers.ts'

/** Connections beyond the limit that may be told so at a time; further ones are closed without a word. */
const BEING_REFUSED = 32

export interface ServerOptions {
  app: Pick<Hono, 'fetch'>
  host: string
  /** 0 = any free one. */
  port: number
  limits: ServerLimits
  clock: Clock
  /** Called each time more connections come than may be held. */
  onFull?: () => void
}

export interface RunningServer {
  /** Where it listens, with the actual port. */
  url: string
  /** The address that the socket is bound to: HOST may be a name. */
  address: string
  port: number
  connections: ConnectionFigures
  /**
   * Takes no more connections, lets the answers under way go out, and settles when every connection is closed. Those
   * left when `deadline` aborts are cut.
   */
  stop(deadline: AbortSignal): Promise<void>
}

/** Listens; rejects with the system's error when it cannot. */
export async function startServer({ app, host, port, limits, clock, onFull = () => {} }: ServerOptions): Promise<RunningServer> {
  // Its own way to drop the rest of a body cuts the connection after half a second; see `dropRest`.
  const answer = getRequestListener(app.fetch, { hostname: host, autoCleanupIncoming: false })
  let stopping = false
  const watchUntilRead = createUnreadAnswers(limits.unread, clock)
  const room = createConnectionRoom(limits.connections, clock.monotonic, onFull)
  // `attend` refuses a request without a host: Node's own refusal closes on unread bytes.
  const server = createServer({ ...limits, requireHostHeader: false })
  attend(server, room, (request, response) => {
    // Node keeps a connection open that was busy when `close` was called: the last answer on it has to end it.
    response.once('close', () => {
      if (stopping) setImmediate(() => server.closeIdleConnections())
    })
    void answer(request, response).then(() => watchUntilRead(response))
  })
  // What is refused stays for a moment, until its answer has been read.
  server.maxConnections = limits.connections + BEING_REFUSED
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { address, port: actual } = server.address() as AddressInfo

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    address,
    port: actual,
    connections: room.figures,
    stop(deadline) {
      stopping = true
      const cut = () => server.closeAllConnections()
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
      if (deadline.aborted) cut()
      deadline.addEventListener('abort', cut)
      return stopped.finally(() => deadline.removeEventListener('abort', cut))
    },
  }
}
