/** A receiver that writes its own bytes, so that it can break every rule of HTTP. On loopback. */

import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
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
  onRequest?: (socket: Socket, n: number) => void
  /** Called with every connection before anything was read. */
  onConnection?: (socket: Socket) => void
  /** Bytes of requests are not even read. */
  deaf?: boolean
  tls?: TlsOptions
  host?: string
}

export async function rawReceiver({ onRequest, onConnection, deaf = false, tls, host = '127.0.0.1' }: Script): Promise<RawReceiver> {
  const sockets = new Set<Socket>()
  const requests: string[] = []
  let connections = 0

  const take = (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    onConnection?.(socket)
    if (deaf) return
    let heard = ''
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
      for (let end = endOfRequest(heard); end > 0; end = endOfRequest(heard)) {
        requests.push(heard.slice(0, end))
        heard = heard.slice(end)
        onRequest?.(socket, requests.length)
      }
    })
  }
  const server = tls ? createTlsServer(tls, take) : createServer(take)
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, host, resolve))

  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    get open() {
      return sockets.size
    },
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Where the first request ends, or 0 while it is not whole. */
function endOfRequest(heard: string): number {
  const head = heard.indexOf('\r\n\r\n')
  if (head < 0) return 0
  const length = Number(/^content-length: (\d+)$/im.exec(heard.slice(0, head))?.[1] ?? 0)
  return heard.length >= head + 4 + length ? head + 4 + length : 0
}
