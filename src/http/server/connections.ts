/**
 * What is decided of a connection before any route is asked. No answer is ever given in another's place, and an answer that
 * comes before its request is whole can be read by a client that sends it whole first.
 */
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionRoom } from './connection-limit.ts'

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** What the parser gives up at, to statuses; anything else it does not understand is 400. */
const BROKEN: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** Requests that may wait for their answers on one connection; who sends more ahead is cut off. */
const MAX_AHEAD = 32

/** From an answer to the end of its connection while the client still sends: what cannot be understood, and the rest of a body. */
const LINGER_MS = { broken: 1_000, body: 30_000 }

/**
 * Hands every request that is HTTP/1 to `answer` and refuses the rest, and connections there is no room for: with a status, no body,
 * and the end of the connection.
 */
export function attend(server: Server, room: ConnectionRoom, answer: Answer): void {
  const latest = new WeakMap<Socket, Exchange>()
  const unanswered = new WeakMap<Socket, Set<Exchange>>()
  /** Refused, or not understood any more: nothing that still comes on them is asked or answered. */
  const ending = new WeakSet<Socket>()

  const take: Answer = (request, response) => {
    const { socket, headers } = request
    const exchange = { request, response }
    const isUpgrade = headers.upgrade !== undefined
    // A port may be empty (RFC 3986 section 3.2.3); what makes the URL of it does not know that.
    if (headers.host?.endsWith(':')) headers.host = headers.host.slice(0, -1)
    room.occupy(socket, response)
    const open = unanswered.get(socket) ?? new Set()
    unanswered.set(socket, open.add(exchange))
    latest.set(socket, exchange)
    if (open.size > MAX_AHEAD) {
      socket.destroy()
      return
    }
    if (ending.has(socket)) {
      dropRest(request)
      return
    }
    const status = refusalOf(request)
    response.once('close', () => open.delete(exchange))
    response.once('prefinish', () => {
      // What Node calls to close after the last answer would close on unread bytes.
      if (!request.complete) socket.destroySoon = () => linger(socket, LINGER_MS.body)
      else if (isUpgrade || status !== null) socket.destroySoon = () => linger(socket.resume(), LINGER_MS.broken)
    })
    response.once('finish', () => dropRest(request))
    // Node takes what follows a declined upgrade for the other protocol, body included: it would never be answered.
    if (isUpgrade) response.shouldKeepAlive = false
    if (status === null) {
      answer(request, response)
      return
    }
    ending.add(socket)
    response.writeHead(status, { connection: 'close', 'content-length': 0 }).end()
  }

  server.on('connection', (socket: Socket) => {
    if (room.admit(socket)) return
    ending.add(socket)
    socket.on('error', () => {}).write(statusOnly(503, 'Retry-After: 1\r\n'))
    linger(socket, LINGER_MS.broken)
  })
  server.on('request', take)
  server.on('checkContinue', (request, response) => {
    // The client waits with its body until somebody wants it; a refusal spares it the sending.
    request.once('resume', () => {
      if (!response.headersSent) response.writeContinue()
    })
    take(request, response)
  })
  server.on('connect', (_request, duplex) => {
    const socket = duplex as Socket
    // Node has let go of it: nobody else reads it or hears of a reset.
    socket.on('error', () => {}).resume()
    socket.write(statusOnly(405, 'Allow: \r\n'))
    linger(socket, LINGER_MS.broken)
  })
  server.on('clientError', async (error: NodeJS.ErrnoException, duplex) => {
    const socket = duplex as Socket
    if (ending.has(socket) || socket.destroyed) return
    ending.add(socket)
    // Whole requests sent ahead of the broken bytes are answered first; a status line now would be read as their answer.
    const owed = [...(unanswered.get(socket) ?? [])].filter(({ request }) => request.complete)
    await Promise.all(owed.map(({ response }) => new Promise((resolve) => response.once('close', resolve))))
    const last = latest.get(socket)
    const wasAnswered = last !== undefined && !last.request.complete && last.response.headersSent
    if (owed.length === 0 && !wasAnswered) socket.write(statusOnly(BROKEN[error.code ?? ''] ?? 400))
    linger(socket, LINGER_MS.broken)
  })
}

/** Refused whatever it asks for: another protocol than HTTP/1.x, and an unclear host, or none where one must be (RFC 9112 section 3.2). */
function refusalOf({ httpVersionMajor, httpVersionMinor, rawHeaders }: IncomingMessage): 400 | 505 | null {
  if (httpVersionMajor !== 1) return 505
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts > 1 || (hosts === 0 && httpVersionMinor > 0) ? 400 : null
}

/** What still comes of a request that has its answer is dropped as it comes; `requestTimeout` bounds it. */
function dropRest(request: IncomingMessage): void {
  if (request.complete) return
  request.removeAllListeners('data')
  request.resume()
}

/**
 * Ends our side and leaves the client time to read what was said and to end its own: closing on unread bytes resets the connection,
 * and the answer is lost with it (RFC 9112 section 9.6).
 */
function linger(socket: Socket, ms: number): void {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), ms)
  socket.once('close', () => clearTimeout(timer))
}

function statusOnly(status: number, fields = ''): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields}Connection: close\r\nContent-Length: 0\r\n\r\n`
}
