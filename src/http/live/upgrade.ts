/** GET /v1/ws: who may open a WebSocket, judged before the protocol changes. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { ProblemError } from '../../domain/errors.ts'
import type { LiveConnection } from '../../lifecycle/process/live.ts'
import type { Authenticate, Caller } from '../kit/auth.ts'
import type { Cors } from '../kit/cors.ts'
import { problem } from '../kit/problem.ts'
import { isForLoad } from '../kit/refused-for-load.ts'
import { invalidRequest } from '../kit/validate.ts'
import { writeResponse } from '../server/write-response.ts'
import { takePlace } from './place.ts'
import { type SocketServing, serveSocket } from './socket.ts'

/** Where sockets are opened. */
export const SOCKET_PATH = '/v1/ws'
/** The protocol that is spoken; it is the only one that an answer names. */
export const SUBPROTOCOL = 'ringback.v1'
/** How a browser sends its key, which can set no header. */
const KEY_PROTOCOL = /^bearer\.([A-Za-z0-9!#$%&'*+.^_`|~-]+)$/
/** The largest message of a client, bytes. */
const MAX_MESSAGE = 4096

/** Decides about requests that ask for another protocol. */
export interface Upgrade {
  /** Whether this one is ours; every other is answered as if it had not asked. */
  wants(request: IncomingMessage): boolean
  /** Opens a socket, or refuses on the connection. */
  open(request: IncomingMessage, socket: Socket, head: Buffer): void
}

/** What sockets are judged by. */
export interface UpgradeRules extends SocketServing {
  authenticate: Authenticate
  cors: Pick<Cors, 'allows'>
  /** Resolves when a request refused for load may be told so. */
  holdBack: () => Promise<void>
}

/** The WebSockets of a process. */
export function createUpgrade(rules: UpgradeRules): Upgrade {
  const { context, authenticate, cors, holdBack } = rules
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  })

  async function judge(request: IncomingMessage, headers: Record<string, string>): Promise<Caller> {
    const { origin, authorization = null } = request.headers
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    const key = offered.map((name) => KEY_PROTOCOL.exec(name)?.[1]).find((found) => found !== undefined)
    const credential = authorization ?? (key === undefined ? null : `Bearer ${key}`)
    const address = request.socket.remoteAddress ?? ''
    const caller = await authenticate({ authorization: credential, token: null, address, headers })
    if (origin !== undefined && !isAllowed(origin)) throw new ProblemError('forbidden', 'Pages of this origin may not connect.')
    if (request.url?.includes('?')) throw invalidRequest([{ pointer: '?', detail: 'This path takes no query parameters.' }])
    if (!offered.includes(SUBPROTOCOL)) throw new ProblemError('subprotocol_required', `Offer the subprotocol ${SUBPROTOCOL}.`)
    return caller
  }

  function isAllowed(origin: string): boolean {
    return cors.allows(origin) || origin === new URL(context.settings.publicUrl()).origin
  }

  async function accept(request: IncomingMessage, socket: Socket, head: Buffer, headers: Record<string, string>): Promise<void> {
    const caller = await judge(request, headers)
    if (socket.destroyed) return
    let serving: Pick<LiveConnection, 'end' | 'check'> | null = null
    const { tenantId, access } = caller
    const connection: LiveConnection = {
      kind: 'socket',
      tenantId,
      access,
      end: (why) => serving?.end(why),
      check: (now) => serving?.check(now),
    }
    const left = takePlace(context.live, connection, headers)
    // Until the handshake is done, and where it is refused, the connection is all there is.
    socket.once('close', left)
    server.handleUpgrade(request, socket, head, (ws) => {
      serving = serveSocket(rules, caller, { ws, socket, left })
    })
  }

  return {
    wants: ({ method, url, headers }) =>
      method === 'GET' && url?.split('?')[0] === SOCKET_PATH && headers.upgrade?.toLowerCase() === 'websocket',
    open(request, socket, head) {
      const headers: Record<string, string> = {}
      accept(request, socket, head, headers).catch(async (error) => {
        const response = problem(context, error, headers)
        if (isForLoad(error)) await holdBack()
        await writeResponse(socket, response)
      })
    },
  }
}
