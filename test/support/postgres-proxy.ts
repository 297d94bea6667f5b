/**
 * A TCP proxy on loopback before a PostgreSQL server: it cuts connections at a moment that what passes tells, or changes what passes.
 * Texts are looked for in the bytes; statements are seen in full by whoever keeps none prepared.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface PostgresProxy {
  /** The URL that leads through the proxy to the database of `url`. */
  through(url: string): string
  /** Connections cut so far. */
  readonly cuts: number
  /** The next so many times that a client sends `text`: the connection is cut, and the server gets nothing of it. */
  cutRequests(text: string, times: number): void
  /** The next so many times that the server answers with `text`: the connection is cut, and the client gets nothing of it. */
  cutReplies(text: string, times: number): void
  /** From now on the server gets `to`, which is as long, where a client sends `from`. */
  replace(from: string, to: string): void
  /** From now on connections are refused, those after a cut included. */
  refuse(): void
  close(): Promise<void>
}

interface Trap {
  text: string
  times: number
}

const NONE: Trap = { text: '', times: 0 }

export async function startPostgresProxy(target: string): Promise<PostgresProxy> {
  const { port: targetPort } = new URL(target)
  const sockets = new Set<Socket>()
  let request = NONE
  let reply = NONE
  let replacement: { from: string; to: string } | null = null
  let isRefusing = false
  let cuts = 0

  const listener = createServer((client) => {
    if (isRefusing) {
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
    const springs = (trap: Trap, bytes: Buffer): boolean => {
      if (trap.times === 0 || !bytes.includes(trap.text, 'latin1')) return false
      trap.times -= 1
      cuts += 1
      client.destroy()
      server.destroy()
      return true
    }
    client.on('data', (bytes: Buffer) => {
      if (springs(request, bytes)) return
      const { from, to } = replacement ?? { from: '', to: '' }
      server.write(from === '' ? bytes : Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1'))
    })
    server.on('data', (bytes: Buffer) => {
      if (!springs(reply, bytes)) client.write(bytes)
    })
  })
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  return {
    through(url) {
      const through = new URL(url)
      through.port = String(port)
      return through.href
    },
    get cuts() {
      return cuts
    },
    cutRequests(text, times) {
      request = { text, times }
    },
    cutReplies(text, times) {
      reply = { text, times }
    },
    replace(from, to) {
      replacement = { from, to }
    },
    refuse() {
      isRefusing = true
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
