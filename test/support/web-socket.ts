/** A client of `GET /v1/ws` that keeps what came. */
import { WebSocket } from 'ws'
import { until } from './clock.ts'

export interface SocketMessage {
  type: string
  job?: string
  subscribe?: string
  code?: string
  // biome-ignore lint/suspicious/noExplicitAny: tests judge documents, they do not build on them
  data?: any
}

export interface SocketClient {
  readonly messages: SocketMessage[]
  /** The code of the close, once it has come. */
  readonly closed: number | null
  readonly protocol: string
  send(message: unknown): void
  count(messages: number): Promise<SocketMessage[]>
  /** Waits for the first message that fits. */
  until(fits: (message: SocketMessage) => boolean): Promise<SocketMessage>
  untilClosed(): Promise<number>
  raw: WebSocket
}

export interface SocketOptions {
  protocols?: string[]
  headers?: Record<string, string>
  /** Pings are not answered. */
  mute?: boolean
}

/** Opens a socket; rejects with `<status>` when it is refused. */
export function openSocket(
  url: string,
  { protocols = ['ringback.v1'], headers = {}, mute = false }: SocketOptions = {},
): Promise<SocketClient> {
  const raw = new WebSocket(url.replace(/^http/, 'ws'), protocols, { headers, autoPong: !mute })
  const messages: SocketMessage[] = []
  let closed: number | null = null
  raw.on('message', (data) => messages.push(JSON.parse(String(data))))
  raw.on('close', (code) => {
    closed = code
  })
  const client: SocketClient = {
    messages,
    get closed() {
      return closed
    },
    get protocol() {
      return raw.protocol
    },
    send: (message) => raw.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message)),
    async count(wanted) {
      await until(`${wanted} messages`, () => messages.length >= wanted)
      return messages
    },
    until: (fits) => until('the message', () => messages.find(fits)),
    async untilClosed() {
      await until('the socket closed', () => closed !== null)
      return closed ?? 0
    },
    raw,
  }
  return new Promise((resolve, reject) => {
    raw.on('open', () => resolve(client))
    raw.on('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode))))
    raw.on('error', reject)
  })
}
