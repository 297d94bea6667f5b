/**
 * What is decided about a connection before any route is asked. No answer is ever given in place of another, and a client that sends
 * its whole request first can read an answer that came before the request was whole.
 */
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionLimit } from './connection-limit.ts'

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Takes a connection over that asks for another protocol. Node has released its socket. */
export type Takeover = (request: IncomingMessage, socket: Socket, head: Buffer) => void

/** The status of each error of the parser; any other is 400. */
const PARSER_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** Pipelined requests that may wait for their answers on one connection; a client that sends more is cut off. */
const MAX_PIPELINED = 32

/** How long a connection stays open after its last answer while the client still sends: what cannot be parsed, or the rest of a body. */
const LINGER_MS = { broken: 1_000, body: 30_000 }

/**
 * Hands every request that is HTTP/1 to `handle`. Anything else, and a connection beyond the limit, is refused with a status, no body and
 * the end of the connection.
 */
export function handleConnections(server: Server, limit: ConnectionLimit, handle: Handler, takeOver: Takeover): void {
  const latest = new WeakMap<Socket, Exchange>()
  const unanswered = new WeakMap<Socket, Set<Exchange>>()
  /** Connections that were refused, or can no longer be parsed: nothing that still comes on them is handled or answered. */
  const ending = new WeakSet<Socket>()

  const receive: Handler = (request, response) => {
    const { socket, headers } = request
    const exchange = { request, response }
    const isUpgrade = headers.upgrade !== undefined
    // A port may be empty (RFC 3986 section 3.2.3), which the parser of the URL does not know.
    if (headers.host?.endsWith(':')) headers.host = headers.host.slice(0, -1)
    limit.occupy(socket, response)
    const open = unanswered.get(socket) ?? new Set()
    unanswered.set(socket, open.add(exchange))
    latest.set(socket, exchange)
    if (open.size > MAX_PIPELINED) {
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
      // Node calls this to close after the last answer, and would close on unread bytes.
      if (!request.complete) socket.destroySoon = () => lingeringClose(socket, LINGER_MS.body)
      else if (isUpgrade || status !== null) socket.destroySoon = () => lingeringClose(socket.resume(), LINGER_MS.broken)
    })
    response.once('finish', () => dropRest(request))
    // Node reads what follows a declined upgrade, body included, as the other protocol: it would never be answered.
    if (isUpgrade) response.shouldKeepAlive = false
    if (status === null) {
      handle(request, response)
      return
    }
    ending.add(socket)
    response.writeHead(status, { connection: 'close', 'content-length': 0 }).end()
  }

  server.on('connection', (socket: Socket) => {
    if (limit.admit(socket)) return
    ending.add(socket)
    socket.on('error', () => {}).write(statusOnly(503, 'Retry-After: 1\r\n'))
    lingeringClose(socket, LINGER_MS.broken)
  })
  server.on('request', receive)
  server.on('checkContinue', (request, response) => {
    // The client sends its body only once it is read; a refusal spares it the sending.
    request.once('resume', () => {
      if (!response.headersSent) response.writeContinue()
    })
    receive(request, response)
  })
  server.on('connect', (_request, duplex) => {
    const socket = duplex as Socket
    // Node has released this socket: nobody else reads it or hears of a reset.
    socket.on('error', () => {}).resume()
    socket.write(statusOnly(405, 'Allow: \r\n'))
    lingeringClose(socket, LINGER_MS.broken)
  })
  server.on('upgrade', (request, duplex, head) => {
    const socket = duplex as Socket
    socket.on('error', () => {})
    limit.hold(socket)
    // An answer that is still to come would be written between the frames.
    if (ending.has(socket) || (unanswered.get(socket)?.size ?? 0) > 0) return void socket.destroy()
    const status = refusalOf(request)
    if (status === null) return takeOver(request, socket, head)
    socket.write(statusOnly(status))
    lingeringClose(socket.resume(), LINGER_MS.broken)
  })
  server.on('clientError', async (error: NodeJS.ErrnoException, duplex) => {
    const socket = duplex as Socket
    if (ending.has(socket) || socket.destroyed) return
    ending.add(socket)
    // Whole requests before the broken bytes are answered first: a status line at this point would be read as their answer.
    const unfinished = [...(unanswered.get(socket) ?? [])].filter(({ request }) => request.complete)
    await Promise.all(unfinished.map(({ response }) => new Promise((resolve) => response.once('close', resolve))))
    const last = latest.get(socket)
    const wasAnswered = last !== undefined && !last.request.complete && last.response.headersSent
    if (unfinished.length === 0 && !wasAnswered) socket.write(statusOnly(PARSER_ERRORS[error.code ?? ''] ?? 400))
    lingeringClose(socket, LINGER_MS.broken)
  })
}

/** The status that refuses another protocol than HTTP/1.x, and several hosts or none where one is required (RFC 9112 section 3.2). */
function refusalOf({ httpVersionMajor, httpVersionMinor, rawHeaders }: IncomingMessage): 400 | 505 | null {
  if (httpVersionMajor !== 1) return 505
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts > 1 || (hosts === 0 && httpVersionMinor > 0) ? 400 : null
}

/** Drops what still arrives of a request that has its answer. `requestTimeout` bounds it. */
function dropRest(request: IncomingMessage): void {
  if (request.complete) return
  request.removeAllListeners('data')
  request.resume()
}

/**
 * Lingering close: ends this side and leaves the client time to read the answer and to end its own side. A close on unread bytes
 * resets the connection, and the answer is lost with it (RFC 9112 section 9.6).
 */
export function lingeringClose(socket: Socket, ms: number): void {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), ms)
  socket.once('close', () => clearTimeout(timer))
}

function statusOnly(status: number, fields = ''): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields}Connection: close\r\nContent-Length: 0\r\n\r\n`
}
