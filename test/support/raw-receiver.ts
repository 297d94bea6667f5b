/** A receiver that writes its own bytes, so that it can break every rule of HTTP. On loopback. */

import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

export interface RawReceiver {
  readonly port: number
  /** Connections taken so far. */
  readonly connections: number
  /** Connections that are open now. */
  readonly open: number
  /** Whole requests received so far, as text. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

export interface Script {
  /** Called with every whole request; `n` counts them from 1. */
  onRequest?: (socket: Socket, n: number, request: string) => void
  /** Called with every connection before anything was read. */
  onConnection?: (socket: Socket) => void
  /** Bytes of requests are not even read. */
  neverReads?: boolean
  tls?: TlsOptions
}

/** @param hosts addresses to listen on, all at the same port, which is the first's choice */
export async function rawReceiver(script: Script, hosts: readonly string[] = ['127.0.0.1']): Promise<RawReceiver> {
  const { onRequest, onConnection, neverReads = false, tls } = script
  const sockets = new Set<Socket>()
  const requests: string[] = []
  let connections = 0

  const take = (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    onConnection?.(socket)
    if (neverReads) return
    let heard = ''
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
      for (let end = endOfRequest(heard); end > 0; end = endOfRequest(heard)) {
        const request = heard.slice(0, end)
        requests.push(request)
        heard = heard.slice(end)
        onRequest?.(socket, requests.length, request)
      }
    })
  }

  let port = 0
  const servers: Server[] = []
  for (const host of hosts) {
    const server = tls ? createTlsServer(tls, take) : createServer(take)
    server.on('tlsClientError', () => {})
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
    port = (server.address() as AddressInfo).port
    servers.push(server)
  }

  return {
    port,
    get connections() {
      return connections
    },
    get open() {
      return sockets.size
    },
    requests,
    async close() {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

/** Where the first request ends, or 0 while it is not whole. */
function endOfRequest(heard: string): number {
  const head = heard.indexOf('\r\n\r\n')
  if (head < 0) return 0
  const length = Number(/^content-length: (\d+)$/im.exec(heard.slice(0, head))?.[1] ?? 0)
  return heard.length >= head + 4 + length ? head + 4 + length : 0
}
