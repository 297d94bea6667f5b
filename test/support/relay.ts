import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP server on loopback that opens a connection of its own to a target for each of its clients. */
export interface Relay {
  readonly port: number
  /** Ends the connections, too. */
  close(): Promise<void>
}

/**
 * Starts one. Each pair of connections ends together.
 *
 * @param target a URL whose port, on loopback, is meant
 * @param join called with each pair: what one sends reaches the other by its doing alone
 * @param isRefusing while true clients are cut off as they come
 */
export async function startRelay(
  target: string,
  join: (client: Socket, server: Socket) => void,
  isRefusing: () => boolean = () => false,
): Promise<Relay> {
  const { port: targetPort } = new URL(target)
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    if (isRefusing()) {
      client.destroy()
      return
    }
    const server = connect(Number(targetPort), '127.0.0.1')
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    join(client, server)
  })
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    port: (listener.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** The same URL with another port. */
export function withPort(url: string, port: number): string {
  const other = new URL(url)
  other.port = String(port)
  return other.href
}
