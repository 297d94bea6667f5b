/** The listening server. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Clock } from '../../ports/runtime.ts'
import { type ConnectionFigures, createConnectionLimit } from './connection-limit.ts'
import { handleConnections, type Takeover } from './connections.ts'
import { createResponseBackpressure } from './response-backpressure.ts'
import type { ServerLimits } from './server-limits.ts'

/** Connections beyond the limit that get a status at a time; further ones are closed at once. */
const REFUSED_AT_A_TIME = 32

/** What is served, and where. */
export interface ServerOptions {
  app: Pick<Hono, 'fetch'>
  /** Which requests for another protocol are granted, and by whom; any other is answered as if it had not asked. */
  upgrade?: { wants(request: IncomingMessage): boolean; open: Takeover }
  host: string
  /** 0 = any free one. */
  port: number
  limits: ServerLimits
  clock: Clock
  /** Called each time more connections come than may be held. */
  onFull?: () => void
}

/** A server that listens. */
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
export async function startServer({ app, upgrade, host, port, limits, clock, onFull = () => {} }: ServerOptions): Promise<RunningServer> {
  // The listener's own way to drop the rest of a body cuts the connection after half a second; see `dropRest`.
  const listener = getRequestListener(app.fetch, { hostname: host, autoCleanupIncoming: false })
  let stopping = false
  const limitUnread = createResponseBackpressure(limits.unread, clock)
  const limit = createConnectionLimit(limits.connections, clock.monotonic, onFull)
  // `handleConnections` refuses a request without a host: Node would close on unread bytes.
  const wants = (request: IncomingMessage) => !stopping && (upgrade?.wants(request) ?? false)
  const server = createServer({ ...limits, requireHostHeader: false, shouldUpgradeCallback: wants })
  /** Node forgets a connection that speaks another protocol, and neither closes nor cuts it. */
  const takenOver = new Set<Socket>()
  const takeOver: Takeover = (request, socket, head) => {
    takenOver.add(socket)
    socket.once('close', () => takenOver.delete(socket))
    upgrade?.open(request, socket, head)
  }
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    // Node keeps a connection open that was busy when `close` was called: the last answer on it must end it.
    response.once('close', () => {
      if (stopping) setImmediate(() => server.closeIdleConnections())
    })
    // A stream is still open then, and looks after its client itself.
    void listener(request, response).then(() => {
      if (response.writableEnded) limitUnread(response)
    })
  }
  handleConnections(server, limit, answer, takeOver)
  // A refused connection stays for a moment, until its answer has been read.
  server.maxConnections = limits.connections + REFUSED_AT_A_TIME
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
    connections: limit.figures,
    stop(deadline) {
      stopping = true
      const cut = () => {
        server.closeAllConnections()
        for (const socket of takenOver) socket.destroy()
      }
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
      if (deadline.aborted) cut()
      deadline.addEventListener('abort', cut)
      return stopped.finally(() => deadline.removeEventListener('abort', cut))
    },
  }
}
