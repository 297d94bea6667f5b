/** The listening server. Bounds here are what keeps slow and idle clients from holding the process (V4 in the tests' matrix). */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'

const SECOND = 1000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_CONNECTIONS = 10_000

const LIMITS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: 10 * SECOND,
  /** For the whole request to arrive; an answer may take longer. */
  requestTimeout: 30 * SECOND,
  connectionsCheckingInterval: 5 * SECOND,
  /** Longer than the minute at which common load balancers drop an idle connection, so that they close first. */
  keepAliveTimeout: 65 * SECOND,
}

export interface RunningServer {
  /** Where it listens, with the actual port. */
  url: string
  port: number
  /**
   * Takes no more connections, lets the answers under way go out, and settles when every connection is closed. Those
   * left when `deadline` aborts are cut.
   */
  stop(deadline: AbortSignal): Promise<void>
}

/** Listens; rejects with the system's error when it cannot. `port` 0 = any free one. */
export async function startServer({ app, host, port }: { app: Pick<Hono, 'fetch'>; host: string; port: number }): Promise<RunningServer> {
  const answer = getRequestListener(app.fetch, { hostname: host })
  let stopping = false
  const server = createServer(LIMITS, (request, response) => {
    // Node keeps a connection open that was busy when `close` was called: the last answer on it has to end it.
    response.once('close', () => {
      if (stopping) setImmediate(() => server.closeIdleConnections())
    })
    void answer(request, response)
  })
  server.maxConnections = MAX_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const actual = (server.address() as AddressInfo).port

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    port: actual,
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
