/** Clients that take their time, each kind in its own way, and how long each is put up with. On raw sockets. */
import { connect, type Socket } from 'node:net'
import { ADMIN_KEY } from '../../test/support/service.ts'

const HEAD = `host: clients\r\nauthorization: Bearer ${ADMIN_KEY}\r\n`
/** Asked for so often, a large page is more than the kernel keeps for both ends. */
const LARGE_PAGE = `GET /docs/swagger-ui-bundle.js HTTP/1.1\r\n${HEAD}\r\n`.repeat(8)
/** Lets a reader be slow without being deaf: bytes that are read each second. */
const SIP = 16 * 1024

export interface SlowKind {
  /** Seconds from its beginning until it must be gone: the server's limit, and what it needs to notice. */
  goneAfter: number
  /** The first bytes. */
  says: string
  /** What it goes on with each second. */
  eachSecond?: (socket: Socket) => void
  /** Reads what comes, as anybody. Without it nothing is read by itself. */
  reads: boolean
}

const CHECKED_WITHIN = 5

/** A second here is as long as the server's own (`sabotage/hurry.ts`). */
export const SLOW_KINDS: Readonly<Record<string, SlowKind>> = {
  'says nothing': { goneAfter: 10 + CHECKED_WITHIN, says: '', reads: true },
  'drips its headers': {
    goneAfter: 10 + CHECKED_WITHIN,
    says: `POST /v1/jobs HTTP/1.1\r\n${HEAD}x: `,
    eachSecond: (socket) => socket.write('x'),
    reads: true,
  },
  'drips its body': {
    goneAfter: 30 + CHECKED_WITHIN,
    says: `POST /v1/jobs HTTP/1.1\r\n${HEAD}content-type: application/json\r\ncontent-length: 10000\r\n\r\n{`,
    eachSecond: (socket) => socket.write(' '),
    reads: true,
  },
  'never reads': { goneAfter: 30 + CHECKED_WITHIN, says: LARGE_PAGE, reads: false },
  'sips its answer': {
    // At 64 KiB a second the page takes 22 s more.
    goneAfter: 30 + 22,
    says: LARGE_PAGE,
    eachSecond: (socket) => socket.read(SIP),
    reads: false,
  },
  'stays without asking again': {
    // And a second that Node adds.
    goneAfter: 65 + 1,
    says: `GET /healthz HTTP/1.1\r\n${HEAD}\r\n`,
    reads: true,
  },
}

/** @param secondMs how long a second is, milliseconds */
export async function startSlowClient({ says, eachSecond, reads }: SlowKind, port: number, secondMs: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.on('error', () => {})
  if (reads) socket.resume()
  else socket.pause().on('readable', () => {})
  socket.write(says)
  const timer = eachSecond && setInterval(() => socket.writable && eachSecond(socket), secondMs)
  socket.once('close', () => clearInterval(timer))
  return socket
}
