/**
 * A TCP proxy on loopback before a PostgreSQL server: it cuts connections at a moment that what passes tells, or changes what passes.
 * Texts are looked for in the bytes; statements are seen in full by whoever keeps none prepared.
 */
import type { Socket } from 'node:net'
import { startRelay, withPort } from './relay.ts'

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
  let request = NONE
  let reply = NONE
  let replacement: { from: string; to: string } | null = null
  let isRefusing = false
  let cuts = 0

  const join = (client: Socket, server: Socket) => {
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
  }
  const relay = await startRelay(target, join, () => isRefusing)
  return {
    through: (url) => withPort(url, relay.port),
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
    close: relay.close,
  }
}
