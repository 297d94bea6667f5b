/**
 * Who answers in the network of the `ssrf` command: one process on every address at once. A connection to a public address is
 * a partner's, one to any other is a canary's and counts.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { canonical, PUBLIC } from './addresses.ts'

export const HTTP_PORT = 80
const TLS_PORT = 443
/** Other ports that URLs name, and the one of a proxy. */
const MORE_PORTS = [8080, 8443]
export const PROXY_PORT = 3128

const CERTIFICATES = new URL('../../../test/webhook/certificates/', import.meta.url)
const pem = (name: string) => readFileSync(new URL(`${name}.pem`, CERTIFICATES))

export interface Canaries {
  /** Connections by address since the last `reset`. */
  readonly connects: ReadonlyMap<string, number>
  /** Those to the port of the proxy, at any address. */
  readonly proxied: number
  /** Requests that public receivers took since then. */
  readonly served: number
  reset(): void
  close(): Promise<void>
}

/** `reply` tells a receiver's answer by the path; 200 is usual. */
export async function listenEverywhere(
  reply: (path: string, n: number) => { status: number; headers?: Record<string, string> },
): Promise<Canaries> {
  const connects = new Map<string, number>()
  const hits = new Map<string, number>()
  let proxied = 0
  let served = 0

  const count = (socket: Socket) => {
    const address = canonical(socket.localAddress ?? '::')
    if (socket.localPort === PROXY_PORT) proxied += 1
    else if (!PUBLIC.includes(address)) connects.set(address, (connects.get(address) ?? 0) + 1)
  }
  const answer: RequestListener = (request: IncomingMessage, response) => {
    const path = request.url ?? '/'
    const n = (hits.get(path) ?? 0) + 1
    hits.set(path, n)
    if (PUBLIC.includes(canonical(request.socket.localAddress ?? '::'))) served += 1
    const { status, headers = {} } = reply(path, n)
    request.resume().on('end', () => response.writeHead(status, headers).end())
  }
  const unencrypted = [HTTP_PORT, ...MORE_PORTS, PROXY_PORT].map((port) => ({ port, server: createServer(answer) }))
  const tls = { port: TLS_PORT, server: createTlsServer({ key: pem('receiver-key'), cert: pem('receiver') }, answer) }
  const servers = [...unencrypted, tls]
  for (const { port, server } of servers) {
    server.on('connection', count)
    server.on('tlsClientError', () => {})
    server.on('connect', (_request, socket: Socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
    await listen(server, port)
  }

  return {
    connects,
    get proxied() {
      return proxied
    },
    get served() {
      return served
    },
    reset() {
      connects.clear()
      hits.clear()
      proxied = 0
      served = 0
    },
    async close() {
      await Promise.all(
        servers.map(({ server }) => {
          const closed = new Promise((resolve) => server.close(resolve))
          server.closeAllConnections()
          return closed
        }),
      )
    },
  }
}

async function listen(server: Server, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '::', resolve))
  return server.address() as AddressInfo
}
