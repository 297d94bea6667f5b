/** Clients that open a stream or a socket and leave it in the lurch, each kind in its own way. On raw sockets. */
import { connect, type Socket } from 'node:net'
import { ADMIN_KEY } from '../../../test/support/service.ts'

/** What a kind of client does. */
interface Lingering {
  /** The bytes it asks with. `after` names the beginning of a feed that is more than kernels keep for both ends. */
  says: (after: string) => string | Buffer
  /** What it says once the answer has begun. */
  goesOn?: (after: string) => Buffer
  /** Ends its own side when the answer has begun, and reads on. */
  halfCloses?: boolean
  /** Reads what comes. */
  reads: boolean
}

const HEAD = `host: clients\r\nauthorization: Bearer ${ADMIN_KEY}\r\n`
const UPGRADE =
  `GET /v1/ws HTTP/1.1\r\n${HEAD}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
  `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\nsec-websocket-protocol: ringback.v1\r\n\r\n`
const stream = (query: string) => `GET /v1/events/stream${query} HTTP/1.1\r\n${HEAD}\r\n`

/** By name. A silent socket is put up with for a minute. */
export const LINGERING = {
  'half-closes a stream': { says: () => stream(''), halfCloses: true, reads: true },
  'half-closes a socket': { says: () => UPGRADE, halfCloses: true, reads: true },
  'never reads a stream': { says: (after) => stream(`?after=${after}`), reads: false },
  'never reads a socket': {
    says: () => UPGRADE,
    goesOn: (after) => textFrame(JSON.stringify({ subscribe: 'events', after })),
    reads: false,
  },
  'never answers a ping': { says: () => UPGRADE, reads: true },
} as const satisfies Record<string, Lingering>

/** One of `LINGERING`. */
export type LingeringKind = keyof typeof LINGERING

/** A client, connected and answered. */
export interface LingeringClient {
  kind: LingeringKind
  localPort: number
  end(): void
}

/** Resolves when the first bytes of the answer have come. */
export async function startLingering(kind: LingeringKind, port: number, after: string): Promise<LingeringClient> {
  const { says, goesOn, halfCloses = false, reads }: Lingering = LINGERING[kind]
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  socket.write(says(after))
  await answered(socket)
  if (goesOn !== undefined) socket.write(goesOn(after))
  if (halfCloses) socket.end()
  if (reads) socket.resume()
  return { kind, localPort: socket.localPort ?? 0, end: () => void socket.destroy() }
}

/** Nothing is read afterwards but what the caller reads. */
function answered(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('a client was turned away')))
    socket.once('data', (bytes: Buffer) => {
      socket.pause()
      if (/^HTTP\/1.1 (101|200) /.test(bytes.toString('latin1'))) resolve()
      else reject(new Error(`a client was answered ${bytes.toString('latin1', 0, 200)}`))
    })
  })
}

/** A short text message of a client (RFC 6455, 5.2), under a mask of zeros. */
function textFrame(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length > 125) throw new Error('too long for a short frame')
  return Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes])
}
